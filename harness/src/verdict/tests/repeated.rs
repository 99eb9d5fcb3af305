use super::*;
use crate::verdict::worst_of;

#[test]
fn of_several_times_the_worst_is_told_and_how_often_it_came_to_that() {
    let accepted_by = |version| vec![observation((Tls12, Tls13, 0, accepted(version), 0))];
    let refused = || {
        let hello = |number| observation((Tls12, Tls13, number, RESET, 0));
        vec![hello(0), hello(1)]
    };
    let silent = || vec![observation((Tls12, Tls13, 0, SILENCE, 0))];
    let expectation = Expectation::Accepted(Acceptable::default());
    let charge = Charge {
        versions: VersionRange::new(Tls12, Tls13).unwrap(),
        expectation: &expectation,
        depth: Depth::Hello,
        addresses: Addresses::All,
    };
    for (times, told, alike, finding) in [
        (vec![accepted_by(Tls13); 3], 0, 3, Finding::Accepted(Tls13)),
        (
            vec![accepted_by(Tls13), accepted_by(Tls12), accepted_by(Tls13)],
            0,
            2,
            Finding::Disagrees(vec![Tls12, Tls13]),
        ),
        (
            vec![accepted_by(Tls13), refused(), silent(), refused()],
            1,
            2,
            Finding::NotAccepted(Refusal::Reset),
        ),
        (
            vec![accepted_by(Tls13), silent(), accepted_by(Tls13)],
            1,
            1,
            Finding::CannotTell(Tls13, Doubt::Silence),
        ),
    ] {
        let all = evidence(&times).addresses;
        let count = u32::try_from(all.len()).unwrap();
        let worst = worst_of(&charge, all.clone()).unwrap();
        let repeated = worst.repeated.clone().unwrap();
        assert_eq!((worst.address, repeated.times, repeated.alike), (all[told].address, count, alike));
        assert_eq!(judge_address(&charge, &worst).finding, finding);
    }
    let once = evidence(&[accepted_by(Tls13)]).addresses;
    assert_eq!(worst_of(&charge, once.clone()), once.into_iter().next());
    assert_eq!(worst_of(&charge, Vec::new()), None);
}
