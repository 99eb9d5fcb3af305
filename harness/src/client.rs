//! The program on trial: how it is led to the stand-in, and how it comes to trust it.
//!
//! The program itself is not changed: it gets variables and files. [`trust`] writes the files,
//! [`environment`] says which variables.

pub mod environment;
pub mod trust;
