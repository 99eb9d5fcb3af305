//! Every kind of report of ten thousand tests, of which one in ten did not pass: `cargo bench --bench reporting`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use divan::Bencher;
use tls_readiness::report::{Kind, Report, annotations, console, json, markdown};
use tls_readiness::verdict::Verdict;

fn main() {
    divan::main();
}

/// How many tests there are.
const TESTS: usize = 10_000;

/// The tests of the golden reports again and again, on a thousand hosts.
fn report() -> Report {
    let golden = [
        include_str!("../tests/data/reports/report.json"),
        include_str!("../tests/data/reports/report-clients.json"),
    ];
    let tests: Vec<_> = golden.iter().flat_map(|text| json::read(text).unwrap().tests).collect();
    let (green, others): (Vec<_>, Vec<_>) =
        tests.into_iter().partition(|test| test.verdict == Verdict::Passed);
    let (mut green, mut others) = (green.iter().cycle(), others.iter().cycle());
    let tests = (0..TESTS).map(|number| {
        let test = if number % 10 == 0 { others.next() } else { green.next() };
        let mut test = test.unwrap().clone();
        test.name = format!("file-{}::test-{number}", number / 100);
        test.file = format!("scenarios/file-{}.yaml", number / 100);
        test.host = format!("host-{}.example.com", number / 10);
        test
    });
    Report::new("2026-11-23".to_owned(), false, false, None, tests.collect())
}

#[divan::bench(args = Kind::ALL)]
fn write(bencher: Bencher<'_, '_>, kind: Kind) {
    let report = report();
    bencher.bench_local(|| {
        let mut out = std::io::BufWriter::new(std::io::sink());
        kind.write(&report, &str::to_owned, &mut out).unwrap();
    });
}

#[divan::bench]
fn github(bencher: Bencher<'_, '_>) {
    let report = report();
    bencher.bench_local(|| {
        (annotations::annotations(&report, &str::to_owned), markdown::within(&report, 1 << 20))
    });
}

#[divan::bench]
fn terminal(bencher: Bencher<'_, '_>) {
    let report = report();
    bencher.bench_local(|| console::closing(&report, true));
}

#[divan::bench]
fn read_back(bencher: Bencher<'_, '_>) {
    let mut text = Vec::new();
    Kind::Json.write(&report(), &str::to_owned, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    bencher.bench_local(|| json::read(&text).unwrap());
}
