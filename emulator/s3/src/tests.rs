//! S3 as its clients see it: requests in, responses out, through the plane.

mod buckets;
mod listings;
mod notifications;
mod objects;
mod uploads;
mod wire;
mod world;
