-- Coverage: which machines a client has, by a list of somebody else's, and which of them are knowingly not backed up.
set role holdfast_owner;

-- One list of a client's machines as it was brought in. It takes the place of the one before; the newest can be undone.
create table app.inventory_import (
  msp_id uuid not null references app.msp,
  import_id uuid not null,
  client_id uuid not null,
  source text not null check (length(source) between 1 and 200),
  machine_count int not null check (machine_count >= 0),
  imported_at timestamptz not null,
  imported_by uuid not null,
  imported_by_name text not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (msp_id, import_id),
  foreign key (msp_id, client_id) references app.client,
  check ((undone_at is null) = (undone_by is null))
);
create index inventory_import_newest on app.inventory_import (msp_id, client_id, import_id desc) where undone_at is null;

-- A machine of a list. What the next list says otherwise, or leaves out, is ended, so that undoing can bring it back.
create table app.inventory_item (
  msp_id uuid not null references app.msp,
  item_id uuid not null,
  client_id uuid not null,
  import_id uuid not null,
  host_key text not null check (length(host_key) between 1 and 255),
  name text not null check (length(name) between 1 and 255),
  kind text check (kind in ('server', 'workstation', 'vm', 'database', 'nas', 'saas')),   -- null: the list does not say, or not in words we know
  site_name text check (length(site_name) between 1 and 200),
  imported_at timestamptz not null,
  ended_at timestamptz,
  ended_by_import_id uuid,                               -- its own: ended by being undone
  primary key (msp_id, item_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, import_id) references app.inventory_import,
  foreign key (msp_id, ended_by_import_id) references app.inventory_import,
  check ((ended_at is null) = (ended_by_import_id is null))
);
create unique index inventory_item_open on app.inventory_item (msp_id, client_id, host_key) where ended_at is null;
create index inventory_item_by_import on app.inventory_item (msp_id, import_id);
create index inventory_item_ended_by on app.inventory_item (msp_id, ended_by_import_id) where ended_at is not null;

-- A machine that is knowingly not backed up, or not in the inventory. It labels the machine until it ends, and hides nothing.
create table app.coverage_exclusion (
  msp_id uuid not null references app.msp,
  exclusion_id uuid not null,
  client_id uuid not null,
  host_key text not null check (length(host_key) between 1 and 255),
  name text not null check (length(name) between 1 and 255),
  owner_name text not null check (length(owner_name) between 1 and 200),
  reason text not null check (length(reason) between 1 and 2000),
  valid_until timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (msp_id, exclusion_id),
  foreign key (msp_id, client_id) references app.client,
  check (valid_until > created_at and valid_until <= created_at + interval '401 days'),
  check ((withdrawn_at is null) = (withdrawn_by is null))
);
create unique index coverage_exclusion_open on app.coverage_exclusion (msp_id, client_id, host_key) where withdrawn_at is null;

do $$
declare t text;
begin
  foreach t in array array['inventory_import', 'inventory_item', 'coverage_exclusion'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.inventory_import, app.inventory_item, app.coverage_exclusion to holdfast_web, holdfast_worker;
grant update (undone_at, undone_by) on app.inventory_import to holdfast_web, holdfast_worker;
grant update (ended_at, ended_by_import_id) on app.inventory_item to holdfast_web, holdfast_worker;
grant update (withdrawn_at, withdrawn_by) on app.coverage_exclusion to holdfast_web, holdfast_worker;
reset role;
