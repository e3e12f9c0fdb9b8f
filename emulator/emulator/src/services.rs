//! Every service, bottom floor first, and the front that they answer through.

use std::sync::Arc;

use emulator_apigateway::RestApis;
use emulator_clock::Clock;
use emulator_deliver::Deliver;
use emulator_environment::Ground;
use emulator_front::{Front, FrontBuilder, Home};
use emulator_kinesis::Streams;
use emulator_lambda::{Accepted, Functions};
use emulator_logs::Logs;
use emulator_mappings::Mappings;
use emulator_metrics::Metrics;
use emulator_s3::Buckets;
use emulator_store::{LoadError, Store};
use tokio::sync::mpsc;

use crate::pages::Pages;
use crate::targets::Targets;

/// Host under which buckets and APIs have names of their own, as in `photos.localhost`.
const HOST: &str = "localhost";

/// All services of one emulator.
pub(crate) struct Services {
    home: Home,
    clock: Clock,
    pub(crate) logs: Arc<Logs>,
    pub(crate) metrics: Arc<Metrics>,
    streams: Arc<Streams>,
    pub(crate) functions: Arc<Functions>,
    pub(crate) mappings: Arc<Mappings>,
    rest_apis: Arc<RestApis>,
    buckets: Arc<Buckets>,
}

impl Services {
    /// Opens them on `store`. What is accepted for asynchronous invocation comes out of the receiver.
    pub(crate) fn open(
        home: Home,
        ground: Ground,
        metrics: Arc<Metrics>,
        store: &Store,
    ) -> Result<(Self, mpsc::Receiver<Accepted>), LoadError> {
        let (clock, logs) = (ground.clock.clone(), ground.logs.clone());
        let streams = Arc::new(Streams::new(home.clone(), clock.clone()));
        let (functions, accepted) = Functions::open(home.clone(), ground, metrics.clone(), store)?;
        let functions = Arc::new(functions);
        let mappings =
            Mappings::new(home.clone(), clock.clone(), functions.clone(), streams.clone());
        let targets: Arc<dyn Deliver> = Arc::new(Targets { functions: functions.clone() });
        let services = Self {
            logs,
            metrics,
            streams,
            functions,
            mappings: Arc::new(mappings),
            rest_apis: Arc::new(RestApis::new(home.clone(), clock.clone())),
            buckets: Arc::new(Buckets::new(home.clone(), clock.clone(), targets)),
            home,
            clock,
        };
        Ok((services, accepted))
    }

    /// One port for all of them.
    pub(crate) fn front(&self) -> Front {
        let lambda = emulator_lambda::api(&self.functions);
        let apis = [
            emulator_mappings::operations(lambda, &self.mappings),
            emulator_apigateway::api(&self.rest_apis),
            emulator_kinesis::api(&self.streams),
            emulator_logs::api(&self.logs),
            emulator_metrics::api(&self.metrics),
            emulator_sts::api(&Arc::new(self.home.clone())),
        ];
        let planes = Front::builder()
            .plane(Pages::new(self.clock.clone(), &apis))
            .plane(emulator_apigateway::plane(&self.rest_apis, &self.functions));
        apis.into_iter()
            .fold(planes, FrontBuilder::api)
            .otherwise(emulator_s3::plane(&self.buckets, HOST))
    }
}
