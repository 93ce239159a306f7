-- Policies in layers: a policy is a named set of fields, in versions that are never changed; what it holds for is said by
-- assignments (client, site, tag, system), which are ended and never deleted, so that what held at any instant can be told.
set role holdfast_owner;

-- client_id null: the MSP's own, for any of its clients; else for that client alone.
create table app.policy (
  msp_id uuid not null references app.msp,
  policy_id uuid not null,
  client_id uuid,
  name text not null check (length(name) between 1 and 100),
  is_default boolean not null default false,
  created_at timestamptz not null,
  created_by uuid,
  retired_at timestamptz,
  retired_by uuid,
  primary key (msp_id, policy_id),
  foreign key (msp_id, client_id) references app.client,
  check (not is_default or (client_id is null and retired_at is null))
);
create unique index policy_default on app.policy (msp_id) where is_default;
create unique index policy_name on app.policy (msp_id, client_id, name) nulls not distinct where retired_at is null;

-- The target: client_id alone, with a site, with a system; a tag, of one client or (client_id null) of any.
create table app.policy_assignment (
  msp_id uuid not null references app.msp,
  assignment_id uuid not null,
  policy_id uuid not null,
  level text not null check (level in ('client', 'site', 'tag', 'system')),
  client_id uuid,
  site_id uuid,
  tag text check (length(tag) between 1 and 40),
  system_id uuid,
  assigned_at timestamptz not null,
  assigned_by uuid,
  ended_at timestamptz,
  ended_by uuid,
  primary key (msp_id, assignment_id),
  foreign key (msp_id, policy_id) references app.policy,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, site_id) references app.site,
  foreign key (msp_id, system_id) references app.system,
  check ((level = 'site') = (site_id is not null)),
  check ((level = 'tag') = (tag is not null)),
  check ((level = 'system') = (system_id is not null)),
  check (level in ('tag', 'site') or client_id is not null)
);
create unique index policy_assignment_open on app.policy_assignment (msp_id, level, client_id, site_id, tag, system_id)
  nulls not distinct where ended_at is null;
create index policy_assignment_by_policy on app.policy_assignment (msp_id, policy_id, ended_at);

create table app.system_tag (
  msp_id uuid not null references app.msp,
  system_tag_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  tag text not null check (length(tag) between 1 and 40),
  added_at timestamptz not null,
  added_by uuid not null,
  removed_at timestamptz,
  removed_by uuid,
  primary key (msp_id, system_tag_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system
);
create unique index system_tag_open on app.system_tag (msp_id, system_id, tag) where removed_at is null;
create index system_tag_by_tag on app.system_tag (msp_id, tag, system_id) where removed_at is null;

do $$
declare t text;
begin
  foreach t in array array['policy', 'policy_assignment', 'system_tag'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.policy, app.policy_assignment to holdfast_web, holdfast_worker;
grant update (name, retired_at, retired_by) on app.policy to holdfast_web;
grant update (ended_at, ended_by) on app.policy_assignment to holdfast_web;
grant select on app.system_tag to holdfast_web, holdfast_worker;
grant insert, update (removed_at, removed_by) on app.system_tag to holdfast_web;

-- What there is becomes: the MSP's default, and for a client that had its own versions a policy of its own.
alter table app.policy_version add column policy_id uuid;
alter table app.policy_version no force row level security;
alter table app.policy no force row level security;
alter table app.policy_assignment no force row level security;
alter table app.client no force row level security;
insert into app.policy (msp_id, policy_id, client_id, name, is_default, created_at, created_by)
  select distinct on (msp_id, client_id) msp_id, gen_random_uuid(), client_id, left(policy ->> 'name', 100), client_id is null,
    first_value(created_at) over first, first_value(created_by) over first
  from app.policy_version
  window first as (partition by msp_id, client_id order by version)
  order by msp_id, client_id, version desc;
update app.policy_version v set policy_id = p.policy_id, policy = v.policy - 'name'
  from app.policy p where p.msp_id = v.msp_id and p.client_id is not distinct from v.client_id;
insert into app.policy_assignment (msp_id, assignment_id, policy_id, level, client_id, assigned_at, assigned_by)
  select msp_id, gen_random_uuid(), policy_id, 'client', client_id, created_at, created_by from app.policy where client_id is not null;
alter table app.client force row level security;
alter table app.policy_assignment force row level security;
alter table app.policy force row level security;
alter table app.policy_version force row level security;

alter table app.policy_version alter column policy_id set not null,
  drop constraint policy_version_msp_id_client_id_version_key,
  add unique (msp_id, policy_id, version),
  add foreign key (msp_id, policy_id) references app.policy;
alter table app.policy_version rename column policy to overrides;
reset role;
