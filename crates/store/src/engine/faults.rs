//! Where a test may make the machine fail: the two moments at which a lost connection or a dying disk hurts.

/// Called around every commit. `Err` plays a failure whose cause is the text; the product never sets this.
pub trait Faults: Send + Sync {
    /// The statements ran and nothing is durable. `Err`: all of it is undone, everyone waiting hears `Unavailable`.
    fn before_commit(&self) -> Result<(), String> {
        Ok(())
    }

    /// All is durable and nobody has heard. `Err`: the answer is lost, everyone waiting hears `InDoubt`.
    fn after_commit(&self) -> Result<(), String> {
        Ok(())
    }
}
