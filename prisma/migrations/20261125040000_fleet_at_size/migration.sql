-- The fleet in the same time whatever its size: what it reads of one client is found by the client. And views of it that people keep.
set role holdfast_owner;

create index verdict_by_client on app.verdict (msp_id, client_id, status);
create index status_change_by_client on app.status_change (msp_id, client_id, at);

-- A person's own: filters and order under a name. Taken away it stays, marked, so that it can be had back.
create table app.fleet_view (
  msp_id uuid not null references app.msp,
  person_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  query text not null check (length(query) <= 2000),     -- of the fleet's address, as the fleet writes it
  saved_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (msp_id, person_id, name)
);
alter table app.fleet_view enable row level security;
alter table app.fleet_view force row level security;
create policy tenant on app.fleet_view using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update on app.fleet_view to holdfast_web;

reset role;
