//! Exit codes: the answer of a run in one number.

use std::process::ExitCode;

/// How a run ended, as other programs see it; the first that applies, in the order of [`Facts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: all judged musts hold.
    Holds,
    /// 1: the contract is broken, or a waiver is stale or expired.
    Broken,
    /// 2: wrong usage, or a bad case, contract, statement or target file; no case was sent.
    Usage,
    /// 3: not fully judged: a must is inconclusive, or every case is; the run is partial, the target cannot be
    /// reached, a report was not written, or something was left behind.
    Unjudged,
    /// 4: nothing was selected, or everything selected was skipped.
    Nothing,
    /// 130: interrupted, after clean-up.
    Interrupted,
}

impl Exit {
    /// Returns the number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Broken => 1,
            Self::Usage => 2,
            Self::Unjudged => 3,
            Self::Nothing => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What decides about the exit code of a run that was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and any may hold")]
pub struct Facts {
    /// The user stopped the run.
    pub interrupted: bool,
    /// A promise is broken that counts, or a waiver is stale or expired.
    pub broken: bool,
    /// A must is inconclusive, or every case is; the run is partial, or something was left behind or not written.
    pub unjudged: bool,
    /// At least one case ran.
    pub any_ran: bool,
}

impl Facts {
    /// Returns the exit code, the first that applies.
    #[must_use]
    pub const fn exit(self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if self.broken {
            Exit::Broken
        } else if self.unjudged {
            Exit::Unjudged
        } else if !self.any_ran {
            Exit::Nothing
        } else {
            Exit::Holds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_applies_decides() {
        let all = Facts { interrupted: true, broken: true, unjudged: true, any_ran: false };
        assert_eq!(all.exit().code(), 130);
        assert_eq!(Facts { interrupted: false, ..all }.exit().code(), 1);
        assert_eq!(Facts { interrupted: false, broken: false, ..all }.exit().code(), 3);
        assert_eq!(Facts::default().exit().code(), 4);
        assert_eq!(Facts { any_ran: true, ..Facts::default() }.exit().code(), 0);
    }
}
