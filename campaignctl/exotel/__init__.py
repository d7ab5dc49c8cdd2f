"""Exotel's SMS campaign API: `client` speaks HTTP, `answers` reads what comes back. Pure but for `client`."""
