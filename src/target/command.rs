//! Tokens that a command of the user's prints: for clouds where signing in takes more than a password.

use std::process::{Output, Stdio};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::process::Command;

use crate::http::{Token, TokenError, TokenSource};
use crate::redact::{Redactor, SHORTEST, Secret, printable};

/// How much of what a command complains of is told, in characters.
const COMPLAINT: usize = 300;

/// A command that prints a token.
pub(super) struct TokenCommand {
    /// The command, for `sh -c`.
    pub(super) command: String,
    /// How long it may take.
    pub(super) patience: Duration,
    /// Learns the tokens.
    pub(super) redactor: Redactor,
}

impl TokenSource for TokenCommand {
    fn fetch(&self) -> BoxFuture<'_, Result<Token, TokenError>> {
        self.run().boxed()
    }
}

impl TokenCommand {
    async fn run(&self) -> Result<Token, TokenError> {
        let failed = |reason: String| TokenError { reason: format!("its token-command {reason}"), refused: false };
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.command).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(self.patience, command.output()).await;
        let output = output.map_err(|_| failed(format!("took longer than {:?}", self.patience)))?;
        let output = output.map_err(|error| failed(format!("cannot be run: {error}")))?;
        let secret = Secret::new(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let complaint = || self.complaint(&output, &secret);
        if !output.status.success() {
            return Err(failed(format!("ended with {}{}", output.status, complaint())));
        }
        match secret.expose() {
            "" => Err(failed(format!("printed nothing{}", complaint()))),
            text if text.len() < SHORTEST => Err(failed("printed less than a token".to_owned())),
            text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(failed("printed more than a token: let it print the token alone".to_owned()))
            }
            _ => {
                self.redactor.learn(&secret);
                Ok(Token { secret, until: None })
            }
        }
    }

    /// Returns what the command complained of, on one line and without credentials.
    fn complaint(&self, output: &Output, printed: &Secret) -> String {
        let text = String::from_utf8_lossy(&output.stderr);
        let redactor = Redactor::joined([self.redactor.clone(), Redactor::new([printed])]);
        let masked = redactor.redact(text.trim());
        let line: String = printable(&masked).replace('\n', "; ").chars().take(COMPLAINT).collect();
        if line.is_empty() { line } else { format!(": {line}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(command: &str) -> (Result<String, String>, Redactor) {
        let redactor = Redactor::new([]);
        let patience = Duration::from_secs(10);
        let command = TokenCommand { command: command.to_owned(), patience, redactor: redactor.clone() };
        let token = command.fetch().await;
        (token.map(|token| token.secret.expose().to_owned()).map_err(|error| error.reason), redactor)
    }

    #[tokio::test]
    async fn what_a_command_prints_is_a_secret() {
        let (token, redactor) = run("printf '  printed-token\\n\\n'; echo talk >&2").await;
        assert_eq!(token.as_deref(), Ok("printed-token"));
        assert_eq!(redactor.redact("a printed-token"), "a [secret]");
    }

    #[tokio::test]
    async fn a_command_that_fails_says_how() {
        let (token, _) =
            run("echo half-a-token; echo \"no half-a-token \u{1b}[31mtoday\" >&2; echo sorry >&2; exit 3").await;
        let reason = token.expect_err("it fails");
        assert_eq!(reason, "its token-command ended with exit status: 3: no [secret] \\u{1b}[31mtoday; sorry");
        assert!(run("true").await.0.expect_err("it fails").contains("printed nothing"));
        assert!(run("echo two words").await.0.expect_err("it fails").contains("more than a token"));
        assert!(run("kill -9 $$").await.0.expect_err("it fails").contains("signal: 9"));
    }

    #[tokio::test]
    async fn a_command_has_its_time() {
        let redactor = Redactor::new([]);
        let patience = Duration::from_millis(20);
        let command = TokenCommand { command: "exec sleep 60".to_owned(), patience, redactor };
        assert!(command.fetch().await.expect_err("it is too slow").reason.contains("took longer than 20ms"));
    }
}
