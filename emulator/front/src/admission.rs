//! Who may connect to a listener.

use std::net::IpAddr;

use ipnet::IpNet;
use tokio::sync::watch;

/// Who may connect to a listener. For everybody else its connections close at once, unanswered.
#[derive(Clone, Debug)]
pub enum Admission {
    /// Whoever reaches its address.
    Anyone,
    /// Whoever is in this network, apart from this machine.
    Within {
        /// The network.
        network: IpNet,
        /// What this machine is called there.
        here: IpAddr,
    },
    /// One address, which need not be known yet: whoever is early waits until it is.
    Only(watch::Receiver<Option<IpAddr>>),
}

impl Admission {
    /// Whether `peer` may connect.
    pub(crate) async fn admits(&mut self, peer: IpAddr) -> bool {
        match self {
            Self::Anyone => true,
            Self::Within { network, here } => network.contains(&peer) && peer != *here,
            // Without a sender it will never be known.
            Self::Only(address) => {
                address.wait_for(Option::is_some).await.is_ok_and(|address| *address == Some(peer))
            }
        }
    }

    /// Waits until `peer`, which was admitted, is no longer to be answered: somebody else is there now.
    pub(crate) async fn ends(&mut self, peer: IpAddr) {
        if let Self::Only(address) = self {
            let other = address.wait_for(|address| address.is_some_and(|address| address != peer));
            if other.await.is_ok() {
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt;

    use super::*;

    fn address(last: u8) -> IpAddr {
        Ipv4Addr::new(172, 18, 0, last).into()
    }

    #[tokio::test]
    async fn a_network_admits_its_members_and_neither_this_machine_nor_others() {
        let network = "172.18.0.0/16".parse().unwrap();
        let mut admission = Admission::Within { network, here: address(1) };
        assert!(admission.admits(address(2)).await);
        assert!(!admission.admits(address(1)).await);
        assert!(!admission.admits(Ipv4Addr::new(172, 19, 0, 2).into()).await);
        assert!(!admission.admits(Ipv4Addr::LOCALHOST.into()).await);
    }

    #[tokio::test]
    async fn an_admission_ends_when_somebody_else_is_there() {
        let (known, address_of) = watch::channel(Some(address(2)));
        let mut admission = Admission::Only(address_of);
        assert_eq!(admission.ends(address(2)).now_or_never(), None);
        known.send_replace(None);
        assert_eq!(admission.ends(address(2)).now_or_never(), None, "it may come back");
        known.send_replace(Some(address(3)));
        admission.ends(address(2)).await;
    }

    #[tokio::test]
    async fn whoever_is_early_waits_until_it_is_known_who_may_connect() {
        let (known, address_of) = watch::channel(None);
        let mut admission = Admission::Only(address_of);
        assert_eq!(admission.admits(address(2)).now_or_never(), None);
        known.send_replace(Some(address(2)));
        assert!(admission.admits(address(2)).await);
        assert!(!admission.admits(address(3)).await);
        known.send_replace(None);
        assert_eq!(admission.admits(address(2)).now_or_never(), None, "it is known no more");
        drop(known);
        assert!(!admission.admits(address(2)).await);
    }
}
