"""The receiver of Exotel's webhooks: `payloads` reads, `journal` keeps, `intake` decides, `server` listens."""
