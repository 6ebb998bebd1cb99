"""The page `report.html`, in rooms: `facts` picks and words what it says, `charts` draws, `report.html.j2` lays it out."""
