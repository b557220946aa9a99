"""What may happen in time: slots, bookings, reminders; pure rules, use cases, timed jobs."""
