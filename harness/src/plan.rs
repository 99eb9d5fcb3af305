//! Scenarios and their hosts into tests with unique names.

use std::collections::HashMap;
use std::sync::Arc;

use crate::escape;
use crate::problem::{MAX_PROBLEMS, Problem, Spot};
use crate::scenario::{Host, MAX_TESTS, Place, Scenario};

/// One scenario on one host.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Its name: the scenario's, and `@host:port` where the scenario has `hosts`.
    pub name: String,
    /// What is tested.
    pub scenario: Arc<Scenario>,
    /// On which host.
    pub host: Host,
    /// Its place in the plan of the whole suite, from 0, where only a part of that is run.
    pub place: Option<usize>,
}

/// The tests of all scenarios, in their order.
///
/// # Errors
/// Two tests of one name: at the second, naming the first. Of many the first 200, and how many more.
pub fn plan(scenarios: Vec<Scenario>) -> Result<Vec<Test>, Vec<Problem>> {
    let mut tests: Vec<Test> = Vec::new();
    let mut problems = Vec::new();
    let mut untold = None;
    let mut first_of_name: HashMap<String, Arc<Scenario>> = HashMap::new();
    for scenario in scenarios {
        let scenario = Arc::new(scenario);
        for host in scenario.hosts.iter() {
            let name = if scenario.named_by_host {
                format!("{}@{host}", scenario.name)
            } else {
                scenario.name.clone()
            };
            if let Some(first) = first_of_name.get(&name) {
                if problems.len() < MAX_PROBLEMS {
                    problems.push(same_name(&name, &scenario, first));
                } else {
                    untold.get_or_insert((Arc::clone(&scenario.place.file), 0_usize)).1 += 1;
                }
                break;
            }
            if tests.len() == MAX_TESTS {
                let message = format!("more than {MAX_TESTS} tests");
                problems.push(at(&scenario, message, "split the scenarios into several folders".into()));
                return Err(problems);
            }
            first_of_name.insert(name.clone(), Arc::clone(&scenario));
            tests.push(Test { name, scenario: Arc::clone(&scenario), host: host.clone(), place: None });
        }
    }
    if let Some((file, count)) = untold {
        problems.push(Problem::of_file(
            file,
            format!("{count} more with a name that is taken"),
            "rename these first",
        ));
    }
    if problems.is_empty() { Ok(tests) } else { Err(problems) }
}

fn same_name(name: &str, second: &Scenario, first: &Scenario) -> Problem {
    let name = escape::printable(name);
    let place = &first.place;
    let file = escape::printable(&place.file);
    at(
        second,
        format!("a second test named `{name}`"),
        format!("the first is at {file}:{}:{}: rename one of them", place.line, place.column),
    )
}

/// Without the line's text, which is not known here: [`crate::corpus::load`] adds it.
fn at(scenario: &Scenario, message: String, hint: String) -> Problem {
    let Place { file, line, column } = scenario.place.clone();
    let spot = Spot { line, column, ..Spot::default() };
    Problem { file, spot: Some(spot), message, hint, note: None }
}
