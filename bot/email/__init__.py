"""The e-mail channel: notices to those who gave an address, by SMTP."""
