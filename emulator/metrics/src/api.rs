//! The operations of `CloudWatch`, one file each, and how they spell their errors.

mod dimension;
mod get_metric_data;
mod get_metric_statistics;
mod list_metrics;
mod parameter;
mod put_metric_data;
mod range;

use std::sync::Arc;

use emulator_front::{Api, QueryError};

use crate::Metrics;
use get_metric_data::GetMetricData;
use get_metric_statistics::GetMetricStatistics;
use list_metrics::ListMetrics;
use put_metric_data::PutMetricData;

/// The service's name where a request names it.
const SERVICE: &str = "GraniteServiceVersion20100801";

/// The `CloudWatch` API, in the order of its reference, in each of its three protocols.
pub fn api(metrics: &Arc<Metrics>) -> Api {
    Api::json("monitoring", SERVICE, "1.0")
        .also_cbor(SERVICE)
        .also_query("2010-08-01", "http://monitoring.amazonaws.com/doc/2010-08-01/")
        .query_compatible(ERRORS)
        .on::<GetMetricData>(metrics)
        .on::<GetMetricStatistics>(metrics)
        .on::<ListMetrics>(metrics)
        .on::<PutMetricData>(metrics)
}

/// How each error is spelled.
///
/// Source: the service model, 2010-08-01, for the codes of the query protocol; recorded answers for the
/// namespaces.
const ERRORS: &[QueryError] = &[
    QueryError {
        code: INVALID,
        id: "com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterValueException",
        query: "InvalidParameterValue",
    },
    QueryError {
        code: CONFLICTING,
        id: "com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterCombinationException",
        query: "InvalidParameterCombination",
    },
    QueryError {
        code: MISSING,
        id: "com.amazonaws.cloudwatch.v2010_08_01#MissingRequiredParameterException",
        query: "MissingParameter",
    },
    QueryError {
        code: BAD_TOKEN,
        id: "com.amazonaws.cloudwatch.v2010_08_01#InvalidNextToken",
        query: "InvalidNextToken",
    },
    QueryError {
        code: INTERNAL,
        id: "com.amazonaws.cloudwatch.v2010_08_01#InternalServiceFault",
        query: "InternalServiceError",
    },
    QueryError {
        code: VALIDATION,
        id: "com.amazon.coral.validate#ValidationException",
        query: "ValidationError",
    },
    QueryError {
        code: "SerializationException",
        id: "com.amazon.coral.service#SerializationException",
        query: "SerializationException",
    },
];

const INVALID: &str = "InvalidParameterValueException";
const CONFLICTING: &str = "InvalidParameterCombinationException";
const MISSING: &str = "MissingRequiredParameterException";
const BAD_TOKEN: &str = "InvalidNextToken";
const INTERNAL: &str = "InternalServiceFault";
const VALIDATION: &str = "ValidationException";
