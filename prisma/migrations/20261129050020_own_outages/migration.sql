-- When our own ingestion could hear nobody: deadlines do not count that time. Neither table belongs to an MSP.
set role holdfast_owner;

create table app.ingest_beat (
  beat_id smallint primary key default 1 check (beat_id = 1),
  at timestamptz not null
);
create table app.own_outage (
  from_at timestamptz primary key,
  until_at timestamptz not null,
  check (until_at > from_at)
);
create index own_outage_by_end on app.own_outage (until_at);

grant select, insert, update on app.ingest_beat to holdfast_ingest;
grant select, insert on app.own_outage to holdfast_ingest;
grant select on app.ingest_beat, app.own_outage to holdfast_web, holdfast_worker;
reset role;
