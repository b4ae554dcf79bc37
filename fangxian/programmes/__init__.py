"""Programme folders: their types, loader, forms and the fold from submissions to facts. Pure: no Django, no clock."""
