//! One notification, checked, and how it stands on the wire.

use s3s::{S3ErrorCode, dto};
use uuid::Uuid;

use crate::call::Element;
use crate::notification::arn;
use crate::notification::event_name::EventName;
use crate::notification::filter::Filter;
use crate::notification::overlap::{self, Overlap};
use crate::refusal::{NotEmulated, Refusal};

/// A function that hears of some events on some keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    pub(crate) id: String,
    /// Its ARN, as the client wrote it.
    pub(crate) function: String,
    pub(super) events: Vec<EventName>,
    pub(super) filter: Filter,
}

/// What is wrong with a configuration in itself.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("The ARN could not be parsed")]
    Arn(String),
    #[error("A specified event is not supported for notifications.")]
    Event(String),
    #[error("filter rule name must be either prefix or suffix")]
    RuleName(String),
    #[error("Cannot specify more than one {0} rule in a filter.")]
    RuleTwice(&'static str),
    #[error(transparent)]
    Overlap(#[from] Overlap),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for ConfigurationError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NotEmulated(refusal) => refusal.code(),
            _ => S3ErrorCode::InvalidArgument,
        }
    }

    fn elements(&self) -> Vec<Element> {
        let argument = |name: &str, value: &str| {
            vec![
                ("ArgumentName".into(), name.to_owned()),
                ("ArgumentValue".into(), value.to_owned()),
            ]
        };
        match self {
            Self::Arn(arn) => argument("CloudFunction", arn),
            Self::Event(event) => argument("Event", event),
            Self::RuleName(name) => argument("FilterRule.Name", name),
            Self::RuleTwice(name) => argument("FilterRule.Name", name),
            Self::Overlap(Overlap::Unfiltered(one, other)) => {
                argument("Event", &format!("{one}, {other}"))
            }
            Self::Overlap(Overlap::Filtered) | Self::NotEmulated(_) => Vec::new(),
        }
    }
}

/// The notifications in a configuration, if they can stand together.
pub(super) fn read(
    configuration: dto::NotificationConfiguration,
) -> Result<Vec<Notification>, ConfigurationError> {
    only_functions(&configuration)?;
    let functions = configuration.lambda_function_configurations.unwrap_or_default();
    if let Some(odd) = functions.iter().find(|it| !arn::is_function(&it.lambda_function_arn)) {
        return Err(ConfigurationError::Arn(odd.lambda_function_arn.clone()));
    }
    let notifications: Vec<_> = functions.into_iter().map(read_one).collect::<Result<_, _>>()?;
    overlap::check(&notifications)?;
    Ok(notifications)
}

fn only_functions(configuration: &dto::NotificationConfiguration) -> Result<(), NotEmulated> {
    let others = [
        ("QueueConfiguration", configuration.queue_configurations.is_some()),
        ("TopicConfiguration", configuration.topic_configurations.is_some()),
        ("EventBridgeConfiguration", configuration.event_bridge_configuration.is_some()),
    ];
    match others.into_iter().find(|(_, is_there)| *is_there) {
        Some((name, _)) => Err(NotEmulated(format!("`{name}` of a bucket"))),
        None => Ok(()),
    }
}

fn read_one(it: dto::LambdaFunctionConfiguration) -> Result<Notification, ConfigurationError> {
    let events = it.events.into_iter().map(|event| {
        EventName::parse(event.as_ref()).ok_or_else(|| ConfigurationError::Event(event.into()))
    });
    Ok(Notification {
        id: it.id.filter(|id| !id.is_empty()).unwrap_or_else(|| Uuid::new_v4().to_string()),
        function: it.lambda_function_arn,
        events: events.collect::<Result<_, _>>()?,
        filter: read_filter(it.filter)?,
    })
}

fn read_filter(
    filter: Option<dto::NotificationConfigurationFilter>,
) -> Result<Filter, ConfigurationError> {
    let mut read = Filter::default();
    let rules = filter.and_then(|filter| filter.key).and_then(|key| key.filter_rules);
    for rule in rules.unwrap_or_default() {
        let name = rule.name.as_ref().map_or("", |name| name.as_str());
        let (name, place) = match name.to_ascii_lowercase().as_str() {
            "prefix" => ("prefix", &mut read.prefix),
            "suffix" => ("suffix", &mut read.suffix),
            _ => return Err(ConfigurationError::RuleName(name.to_owned())),
        };
        if place.replace(rule.value.unwrap_or_default()).is_some() {
            return Err(ConfigurationError::RuleTwice(name));
        }
    }
    Ok(read)
}

/// As it is answered; S3 writes the names of rules with a capital.
pub(super) fn write(notification: &Notification) -> dto::LambdaFunctionConfiguration {
    let rule = |name: &str, value: &Option<String>| {
        let value = value.clone()?;
        Some(dto::FilterRule { name: Some(name.to_owned().into()), value: Some(value) })
    };
    let Notification { id, function, events, filter } = notification;
    let rules = [rule("Prefix", &filter.prefix), rule("Suffix", &filter.suffix)];
    let rules: Vec<_> = rules.into_iter().flatten().collect();
    let key = (!rules.is_empty()).then_some(dto::S3KeyFilter { filter_rules: Some(rules) });
    dto::LambdaFunctionConfiguration {
        events: events.iter().map(|event| event.as_str().to_owned().into()).collect(),
        filter: key.map(|key| dto::NotificationConfigurationFilter { key: Some(key) }),
        id: Some(id.clone()),
        lambda_function_arn: function.clone(),
    }
}
