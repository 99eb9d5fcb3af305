//! chromedriver as a child process, on a free port.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A driver that listens; it ends with the value.
pub(crate) struct Driver {
    child: Child,
    pub(crate) port: u16,
}

impl Driver {
    pub(crate) fn start() -> Result<Driver, String> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("chromedriver: {error}"))?;
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, receive) = mpsc::channel();
        // It reads to the end: a driver whose output nobody takes would stop at some time.
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let port =
                    line.split("successfully on port ").nth(1).map(|rest| rest.trim_end_matches('.').parse());
                if let Some(Ok(port)) = port {
                    let _ = send.send(port);
                }
            }
        });
        let port = receive.recv_timeout(Duration::from_secs(30));
        // Made first, so that it ends where there is no port.
        let mut driver = Driver { child, port: 0 };
        driver.port = port.map_err(|_| "chromedriver did not say its port".to_owned())?;
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
