"""What people agree to, by purpose (product: People 1). What is agreed to is said in words by who asks."""

SERVICE = "service"
"""That bookings and requests are kept, and that one is reminded of them."""
VOLUNTEERING = "volunteering"
"""That shifts are planned with what one said of oneself as a volunteer."""
