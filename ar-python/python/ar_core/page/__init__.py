"""The page `report.html`, in rooms: `facts` picks and words what it says, `report.html.j2` lays it out, `cards` says what notebooks show."""
