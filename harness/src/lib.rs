//! Work in progress.

pub mod escape;
pub mod evidence;
pub mod problem;
pub mod scenario;
pub mod version;
pub mod wire;
