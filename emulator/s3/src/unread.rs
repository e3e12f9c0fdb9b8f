//! Elements of a document that are newer than `s3s`, which would skip them without a word or take the
//! document for a broken one.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::refusal::NotEmulated;

/// Refuses the first of these `elements` that stands in `document`. What is no XML is for others to
/// refuse.
pub(crate) fn refuse(document: &[u8], elements: &[&'static str]) -> Result<(), NotEmulated> {
    let mut reader = Reader::from_reader(document);
    loop {
        let start = match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => continue,
        };
        let is_it = |element: &&&str| start.local_name().as_ref() == element.as_bytes();
        if let Some(element) = elements.iter().find(is_it) {
            return Err(NotEmulated(format!("`{element}`")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_however_it_is_written() {
        let check = |document: &str| refuse(document.as_bytes(), &["Tags"]).is_err();
        assert!(check("<A><Tags><Tag/></Tags></A>"));
        assert!(check("<A xmlns='b'><B/><Tags/></A>"));
        assert!(check("<s3:A xmlns:s3='b'><s3:Tags/></s3:A>"));
        assert!(!check("<A><B>Tags</B></A>"));
        assert!(!check(""));
    }
}
