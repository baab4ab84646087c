"""What people do on the chain map: each act one function."""

from chuanzhu_site.observatory.actions.entries import save_entry
from chuanzhu_site.observatory.actions.leading import move_lead, open_lead, write_demand
from chuanzhu_site.observatory.actions.placing import decide_placement, enter_placement

__all__ = ["decide_placement", "enter_placement", "move_lead", "open_lead", "save_entry", "write_demand"]
