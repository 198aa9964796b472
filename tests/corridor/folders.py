# ruff: noqa: E501 - rows of tables are as long as they are
"""A small corridor folder for tests, and ways to change one cell of it."""

from __future__ import annotations

import gzip
from pathlib import Path

from corredor.corridor.descriptor import write_descriptor
from corredor.corridor.folder import Head

HEAD = Head("valley", "The valley", "1.0", "America/New_York")

FILES = {
    "places.csv": """\
id,name,name_es,kind,country,admin,lat,lon,zone,part_of,sector,route,aliases,source,note
gt.start,Start,Inicio,origin,GT,,14.68,-92.14,America/Guatemala,,,western,,gazetteer,
mx.north,North,,town,MX,Coahuila,28.70,-100.52,America/Monterrey,,,western gulf,,gazetteer,
port.river,River,,port,US,Texas,28.705,-100.50,America/Chicago,,sector.river,,bts:2303|cbp:230301,gazetteer,
poe.river.bridge-1,River Bridge 1,Puente 1,crossing,US,Texas,28.705,-100.51,America/Chicago,port.river,sector.river,,txdot:River I,gazetteer,
poe.river.rail,River rail bridges,,crossing,US,Texas,28.700,-100.51,America/Chicago,port.river,sector.river,,,gazetteer,two bridges together
poe.river.rail-east,East rail bridge,,crossing,US,Texas,28.700,-100.509,America/Chicago,poe.river.rail,sector.river,,,gazetteer,
sector.river,River sector,,sector,US,Texas,,,,,,,,gazetteer,
city.lake,Lake City,Ciudad del Lago,city,US,Illinois,41.88,-87.63,America/Chicago,,,,,gazetteer,
""",
    "crossings.csv": """\
place,facility,modes,hours,port_code,capacity_per_day,note,source
poe.river.bridge-1,bridge,foot vehicle,06:00-22:00,2303,,,gazetteer
poe.river.rail,rail,rail,24h,2303,,,gazetteer
poe.river.rail-east,rail,rail,,2303,,,gazetteer
""",
    "pathways.csv": """\
place,pathway,from,to,capacity_per_day,known_at,source,note
poe.river.bridge-1,CBP One,2023-01-12,,100,2023-01-12,agency.release,
poe.river.bridge-1,CBP One,2023-06-08,,145,2023-06-01,agency.release,
""",
    "legs.csv": """\
id,from,to,mode,km,km_basis,speed_kmh,speed_cv,service_days,capacity_per_day,danger,danger_basis,operator,route,source,note
gt.start--mx.north.rail,gt.start,mx.north,rail,2200,geodesic x1.25,30,0.4,mon wed fri,,,,,western,gazetteer,
gt.start--mx.north.foot,gt.start,mx.north,foot,2200,geodesic x1.25,4,0.3,daily,,,,,western,gazetteer,
mx.north--poe.river.bridge-1.foot,mx.north,poe.river.bridge-1,foot,2,reported,4,0.3,daily,,,,,,gazetteer,
poe.river.bridge-1--city.lake.bus,poe.river.bridge-1,city.lake,bus,2300,geodesic x1.25,80,0.2,daily,,,,,,gazetteer,
""",
    "sources.csv": """\
id,title,publisher,kind,url,published_at,licence,note
gazetteer,Gazetteer,The valley,official statistics,,,,
agency.release,A release,The agency,official statement,https://example.org/a,2023-12-22,public domain,
""",
    "series.csv": """\
key,title,title_es,measure,unit,place,frequency,kind,publisher,zone,breakdown,note
agency.crossings.month,Crossings,Cruces,crossings,people,port.river,month,flow,The agency,America/Chicago,mode=foot,
""",
    "events.csv": """\
id,place,mode,direction,change,at,precision,known_at,known_at_assumed,source,note,note_es
2023-12-18.rail.closed,poe.river.rail,rail,all,closed,2023-12-18T08:00-06:00,minute,2023-12-17,false,agency.release,,
2023-12-20.bridge.closed,poe.river.bridge-1,vehicle,northbound,closed,2023-12-20,day,2023-12-20,false,agency.release,,
""",
    "statements.csv": """\
id,speaker,role,named,outlet,said_on,quantity_low,quantity_high,unit,period_start,period_end,place,direction,summary,summary_es,known_at,source,conflict,conflict_es,speaker_es,role_es
said.1,a spokesperson,agency,false,A paper,2023-12-21,9000,10000,people a day,2023-12-18,2023-12-19,port.river,up,About 10000 came.,Llegaron unas 10000.,2023-12-21,agency.release,,,un portavoz,agencia
""",
    "commitments.csv": """\
id,party,party_es,action,action_es,subject,subject_es,made_on,due_on,due,due_es,known_at,source
promise.1,The agency,La agencia,reopen,reabrir,the bridge,el puente,2023-12-27,,soon,pronto,2023-12-27,agency.release
""",
    "evidence.csv": """\
id,commitment,state,text,text_es,dated,known_at,source
promise.1.met,promise.1,met,It reopened.,Reabrió.,2024-01-04,2024-01-02,agency.release
""",
    "groups.csv": """\
id,group,name,name_es,track,on,precision,place,place_name,lat,lon,size_low,size_high,mode,event,known_at,known_at_assumed,source,quality,note
group.1,group,A group,Un grupo,main,2023-12-24,day,gt.start,Start,14.68,-92.14,6000,8000,foot,left,2023-12-24,false,agency.release,,
""",
    "sites.csv": """\
id,site,city,name,name_es,kind,on,capacity,occupied,known_at,source,note
site.1,lake.shelters,city.lake,Shelters,Albergues,system,2023-12-28,,14000,2023-12-28,agency.release,
""",
}
FIGURES = """\
series,start,end,value,low,high,known_at,rounded_to,flags,source
agency.crossings.month,2023-10-01,2023-11-01,100,,,2023-11-20,,,agency.release
agency.crossings.month,2023-11-01,2023-12-01,120,,,2023-12-22T14:00-05:00,,provisional known-at-assumed,agency.release
agency.crossings.month,2023-11-01,2023-12-01,90,,,2024-02-13,10,later-vintage,agency.release
"""


def make_folder(folder: Path, *, packed: bool = False) -> Path:
    """Write the small corridor into a folder; with ``packed`` its figures are compressed."""
    (folder / "figures").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    if packed:
        (folder / "figures" / "agency.csv.gz").write_bytes(gzip.compress(FIGURES.encode()))
    else:
        (folder / "figures" / "agency.csv").write_text(FIGURES, encoding="utf-8")
    write_descriptor(folder, HEAD)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file of the folder, which must hold it."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
