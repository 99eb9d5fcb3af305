//! How long probing takes, against a stand-in on loopback.
#![expect(clippy::expect_used, reason = "a benchmark that cannot begin has nobody else to tell")]

fn main() {
    divan::main();
}

mod posture {
    use std::sync::Arc;
    use std::time::Duration;

    use tls_readiness::calendar::Today;
    use tls_readiness::evidence::{Hello, Offer, Pace};
    use tls_readiness::probe::{Errand, Prober, Target, posture};
    use tls_readiness::replica::{self, Authority, ReplicaSpec, Running};
    use tls_readiness::scenario::{CertificateExpectation, Host, HostName, Replica};
    use tls_readiness::version::{Version, VersionRange};
    use tls_readiness::wire::Follow;

    struct StandIn {
        running: Running,
        today: Today,
        errand: Errand,
    }

    fn stand_in() -> StandIn {
        let today = Today::now().expect("a clock");
        let authority = Authority::new(today.moment()).expect("a CA");
        let versions = VersionRange::new(Version::Tls12, Version::Tls13).expect("a range");
        let host = Host { name: HostName::Dns("bench.example".to_owned()), port: 443 };
        let replica = Replica { versions, status: 200, body: String::new() };
        let spec = ReplicaSpec::new(replica, host.name.clone(), None);
        let running = replica::start(spec, &authority, None).expect("a stand-in");
        let errand = Errand {
            versions,
            host,
            certificate: CertificateExpectation::Trusted,
            valid_ahead: None,
            path: None,
            until_certificate: true,
            roots: authority.roots(),
        };
        StandIn { running, today, errand }
    }

    fn target(stand_in: &StandIn) -> Arc<Target> {
        Arc::new(Target {
            address: stand_in.running.address(),
            origin: tls_readiness::bounds::Origin::StandIn,
            server_name: Some("bench.example".to_owned()),
            timeout: Duration::from_secs(5),
            attempts: 1,
            pace: Pace::DEFAULT,
        })
    }

    #[divan::bench]
    fn one_first_flight(bencher: divan::Bencher<'_, '_>) {
        let stand_in = stand_in();
        let offer = Offer { versions: VersionRange::only(Version::Tls12), hello: Hello::Standard };
        bencher.bench(|| {
            Prober::new(stand_in.today.moment(), Follow::ServerHello, 64).observe(&target(&stand_in), offer)
        });
    }

    #[divan::bench]
    fn whole(bencher: divan::Bencher<'_, '_>) {
        let stand_in = stand_in();
        bencher.bench(|| {
            let prober = Prober::new(stand_in.today.moment(), Follow::ServerHelloDone, 64);
            posture(&prober, &target(&stand_in), &stand_in.errand)
        });
    }
}
