//! The identity API: logins, scopes, tokens and their end.
