//! All kinds of peers, family by family. Their verdicts are written by hand, from what the gate promises: what
//! passes is proven by the peer, refused is nothing without a control, and what says nothing is inconclusive.

use crate::kind::Kind;

#[path = "kinds/alerts.rs"]
pub(crate) mod alerts;
#[path = "kinds/banners.rs"]
mod banners;
#[path = "kinds/certificates.rs"]
mod certificates;
#[path = "kinds/floods.rs"]
mod floods;
#[path = "kinds/half_healthy.rs"]
pub(crate) mod half_healthy;
#[path = "kinds/http.rs"]
pub(crate) mod http;
#[path = "kinds/intolerances.rs"]
mod intolerances;
#[path = "kinds/lawful.rs"]
mod lawful;
#[path = "kinds/pieces.rs"]
mod pieces;
#[path = "kinds/retries.rs"]
mod retries;
#[path = "kinds/stages.rs"]
mod stages;
#[path = "kinds/throttles.rs"]
mod throttles;
#[path = "kinds/unavailable.rs"]
mod unavailable;
#[path = "kinds/wrong_hellos.rs"]
mod wrong_hellos;

/// Kinds that have something in common.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) kinds: Vec<Kind>,
}

/// All families.
pub(crate) fn families() -> Vec<Family> {
    let family = |name, kinds| Family { name, kinds };
    vec![
        family("Healthy, and odd within the protocol", lawful::kinds()),
        family("Not there, or not answering", unavailable::kinds()),
        family("Other protocols", banners::kinds()),
        family("Too much", floods::kinds()),
        family("Alerts", alerts::usual_ones()),
        family("Odd alerts", alerts::odd_ones()),
        family("Every fatal alert", alerts::every_fatal_one()),
        family("Every warning", alerts::every_warning()),
        family("ServerHellos that break the protocol", wrong_hellos::kinds()),
        family("ServerHellos cut off and in pieces, at every byte", pieces::kinds()),
        family("HelloRetryRequests", retries::kinds()),
        family("The end, at each stage of a handshake", stages::kinds()),
        family("One version well, and the others oddly", half_healthy::kinds()),
        family("Intolerances", intolerances::kinds()),
        family("Throttles, and servers that go down", throttles::kinds()),
        family("Pools, and back ends that flap", throttles::pools()),
        family("Certificates", certificates::kinds()),
        family("HTTP", http::kinds()),
    ]
}
