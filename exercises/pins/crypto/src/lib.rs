//! Nothing to call: as `pins`, for the crates below those of cryptography. Only exercises that use some of them depend on it.
