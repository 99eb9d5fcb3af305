//! A headless Chromium with one page, by the WebDriver protocol.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// How long anything may take that is waited for.
const DEADLINE: Duration = Duration::from_secs(20);

/// Keys as WebDriver numbers them (WebDriver 17.4.2).
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";

/// No service of the browser's maker is asked, and nothing of somebody's own browser is used.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    // Whatever is asked for all the same stays on this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND",
];

pub(crate) struct Browser {
    agent: Agent,
    session: String,
    page: String,
    _profile: TempDir,
}

impl Browser {
    /// A browser that has nothing open.
    pub(crate) fn start(port: u16) -> Browser {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(DEADLINE * 2))
            .proxy(None)
            .build()
            .into();
        let profile = tempfile::tempdir().unwrap();
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let drivers = format!("http://127.0.0.1:{port}/session");
        let session = ask(&agent, &drivers, &wanted);
        let session = format!("{drivers}/{}", session["sessionId"].as_str().unwrap());
        Browser { agent, session, page: String::new(), _profile: profile }
    }

    pub(crate) fn open(&mut self, page: &str) {
        let _ = self.log("performance");
        page.clone_into(&mut self.page);
        self.command("url", &json!({ "url": page }));
    }

    fn command(&self, name: &str, body: &Value) -> Value {
        ask(&self.agent, &format!("{}/{name}", self.session), body)
    }

    /// A command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    pub(crate) fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    pub(crate) fn media(&self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": media, "features": features }));
    }

    /// What an expression of the page's language comes to.
    pub(crate) fn value(&self, expression: &str) -> Value {
        self.command("execute/sync", &json!({ "script": format!("return {expression}"), "args": [] }))
    }

    pub(crate) fn run(&self, script: &str) {
        self.command("execute/sync", &json!({ "script": script, "args": [] }));
    }

    /// Waits until an expression comes to this value.
    pub(crate) fn wait_for(&self, expression: &str, wanted: &Value) {
        let begun = Instant::now();
        loop {
            let value = self.value(expression);
            if value == *wanted {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "{expression} must be {wanted}, is {value}");
            // A page has time of its own; nothing rests on how much this is.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses keys one after the other.
    pub(crate) fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        self.command("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] }));
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        self.command("se/log", &json!({ "type": kind })).as_array().cloned().unwrap_or_default()
    }

    /// Fails where the page complained, broke its own policy, or asked for anything besides itself.
    pub(crate) fn assert_quiet(&self) {
        let complaints = self.log("browser");
        assert!(complaints.is_empty(), "{complaints:#?}");
        let asked: Vec<String> = self.log("performance").iter().filter_map(request).collect();
        let page = self.page.split('#').next().unwrap();
        let of_others =
            asked.iter().filter(|url| url.split('#').next() != Some(page) && !url.starts_with("data:"));
        assert_eq!(of_others.collect::<Vec<_>>(), [""; 0]);
        assert!(!asked.is_empty(), "the log knows of no request, not even of the page");
    }
}

/// The URL of a request, where an entry of the log is one. What a browser shows before it has a page to
/// show is made of many, all within it.
fn request(entry: &Value) -> Option<String> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    let is_of_browser =
        message["params"]["documentURL"].as_str().is_some_and(|url| url.starts_with("chrome://"));
    let is_request = message["method"] == "Network.requestWillBeSent" && !is_of_browser;
    is_request.then(|| message["params"]["request"]["url"].as_str().map(str::to_owned))?
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
    }
}

fn ask(agent: &Agent, url: &str, body: &Value) -> Value {
    let mut response = agent
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .send(body.to_string())
        .unwrap();
    let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
    assert!(response.status().is_success(), "{url} {text}");
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    answer["value"].take()
}
