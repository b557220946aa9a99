"""The plug for gateways of short messages and WeChat: each notice is a signed HTTP request (docs/GATEWAYS.md)."""
