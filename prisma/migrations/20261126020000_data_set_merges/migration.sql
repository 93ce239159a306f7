-- The same data under two names: a data set may be counted as one with another of its system, by a person's word. Nothing is moved:
-- whoever judges asks here. What was said holds for the sources of that time; once they differ it says nothing any more.
set role holdfast_owner;

create table app.data_set_merge (
  msp_id uuid not null references app.msp,
  merge_id uuid not null,
  client_id uuid not null,
  data_set_id uuid not null,
  into_data_set_id uuid not null,
  sources text[] not null,                               -- of the data set, when it was said
  into_sources text[] not null,                          -- of the other
  reason text not null check (length(reason) between 1 and 2000),
  decided_by uuid not null,
  decided_by_name text not null,
  decided_at timestamptz not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (msp_id, merge_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, data_set_id) references app.data_set,
  foreign key (msp_id, into_data_set_id) references app.data_set,
  check (data_set_id <> into_data_set_id)
);
create unique index data_set_merge_open on app.data_set_merge (msp_id, data_set_id) where undone_at is null;
create index data_set_merge_into on app.data_set_merge (msp_id, into_data_set_id) where undone_at is null;
alter table app.data_set_merge enable row level security;
alter table app.data_set_merge force row level security;
create policy tenant on app.data_set_merge using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.data_set_merge to holdfast_web, holdfast_worker;
grant insert, update (undone_at, undone_by) on app.data_set_merge to holdfast_web;

-- Whose verdict counts for a data set that is counted as one with another. Set by whoever evaluates; null: its own.
alter table app.verdict add column counted_in_id uuid,
  add foreign key (msp_id, counted_in_id) references app.data_set;
reset role;
