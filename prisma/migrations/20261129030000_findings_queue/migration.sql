-- The queue: findings by cause, what people do about them, and gaps that were accepted for a while.
set role holdfast_owner;

-- One cause of a client is open at a time. What comes back soon after it closed opens the same one again.
create table app.finding_cause (
  msp_id uuid not null references app.msp,
  cause_id uuid not null,
  client_id uuid not null,
  cause_key text not null check (length(cause_key) between 1 and 200),
  -- What its open findings make of it; of a closed one, what they made of it last. Kept by whoever evaluates.
  severity text not null check (severity in ('critical', 'warning', 'note')),
  severity_rank int not null check (severity_rank between 1 and 3),  -- 1: critical, to sort by
  rules text[] not null default '{}',
  lead_finding_id uuid,                                  -- the one that tells most
  finding_count int not null default 0 check (finding_count >= 0),
  waived_count int not null default 0 check (waived_count between 0 and finding_count),
  system_count int not null default 0 check (system_count >= 0),
  told_system_count int not null default 0,              -- as the timeline told last
  since timestamptz not null,                            -- the earliest since when one of them holds
  opened_at timestamptz not null,
  last_opened_at timestamptz not null,
  closed_at timestamptz,
  flap_count int not null default 0 check (flap_count >= 0),
  -- What people did about it. A change by a person raises the version.
  version int not null default 0,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  acknowledged_by_name text,
  assigned_to uuid,
  assigned_to_name text,
  snoozed_until timestamptz,
  ticket_reference text check (length(ticket_reference) between 1 and 100),
  ticket_url text check (ticket_url ~ '^https://' and length(ticket_url) <= 500),
  primary key (msp_id, cause_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, lead_finding_id) references app.finding,
  check ((acknowledged_at is null) = (acknowledged_by is null)),
  check ((assigned_to is null) = (assigned_to_name is null)),
  check (ticket_url is null or ticket_reference is not null)
);
create unique index finding_cause_open on app.finding_cause (msp_id, client_id, cause_key) where closed_at is null;
create index finding_cause_closed on app.finding_cause (msp_id, client_id, cause_key, closed_at desc) where closed_at is not null;
-- The order of harm: domain/findings/harm.ts.
create index finding_cause_by_harm on app.finding_cause (msp_id, severity_rank, system_count desc, since, cause_id)
  where closed_at is null;
create index finding_cause_by_person on app.finding_cause (msp_id, assigned_to) where closed_at is null;
create index finding_cause_snoozed on app.finding_cause (msp_id, snoozed_until) where closed_at is null and snoozed_until is not null;
create index finding_cause_waived on app.finding_cause (msp_id, cause_id) where closed_at is null and waived_count > 0;

-- What happened to a cause. What a person did can be taken back: `before` is what stood there, `version` what the change made of it.
create table app.finding_event (
  msp_id uuid not null references app.msp,
  event_id uuid not null,
  client_id uuid not null,
  cause_id uuid not null,
  kind text not null check (kind in ('opened', 'grew', 'worsened', 'closed', 'reopened', 'woke', 'waiver-ended', 'acknowledged',
    'assigned', 'snoozed', 'commented', 'ticket-linked', 'waived', 'waiver-withdrawn')),
  at timestamptz not null,
  detail jsonb not null default '{}',
  text text check (length(text) between 1 and 4000),     -- a comment, or the reason of a waiver
  change_id uuid,                                        -- null: nobody did it
  by_id uuid,
  by_name text,
  before jsonb,
  version int,
  undone_at timestamptz,
  undone_by uuid,
  undone_by_name text,
  primary key (msp_id, event_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, cause_id) references app.finding_cause,
  check ((change_id is null) = (by_id is null))
);
create index finding_event_of_cause on app.finding_event (msp_id, cause_id, at desc, event_id desc);
create index finding_event_of_change on app.finding_event (msp_id, change_id) where change_id is not null;

-- A gap that somebody accepted: a rule at one subject. It labels the gap until it ends, and takes nothing away.
create table app.waiver (
  msp_id uuid not null references app.msp,
  waiver_id uuid not null,
  client_id uuid not null,
  cause_id uuid not null,
  change_id uuid not null,
  rule text not null check (length(rule) between 1 and 100),
  subject_id uuid not null,
  subject_name text not null,
  reason text not null check (length(reason) between 1 and 2000),
  approver_name text not null check (length(approver_name) between 1 and 200),
  valid_until timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (msp_id, waiver_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, cause_id) references app.finding_cause,
  check (valid_until > created_at and valid_until <= created_at + interval '401 days')
);
create index waiver_by_client on app.waiver (msp_id, client_id, valid_until) where withdrawn_at is null;
create index waiver_by_cause on app.waiver (msp_id, cause_id);
create index waiver_by_change on app.waiver (msp_id, change_id);

do $$
declare t text;
begin
  foreach t in array array['finding_cause', 'finding_event', 'waiver'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select on app.finding_cause, app.finding_event, app.waiver to holdfast_web, holdfast_worker;
grant insert, update on app.finding_cause to holdfast_worker;
grant update (version, waived_count, acknowledged_at, acknowledged_by, acknowledged_by_name, assigned_to, assigned_to_name,
  snoozed_until, ticket_reference, ticket_url) on app.finding_cause to holdfast_web;
grant insert on app.finding_event to holdfast_web, holdfast_worker;
grant update (undone_at, undone_by, undone_by_name) on app.finding_event to holdfast_web;
grant insert, update (withdrawn_at, withdrawn_by) on app.waiver to holdfast_web;

alter table app.finding
  add column cause_id uuid,                              -- null: not evaluated since there are causes
  add column is_waived boolean not null default false,
  add foreign key (msp_id, cause_id) references app.finding_cause;
create index finding_open_by_system on app.finding (msp_id, system_id) where closed_at is null;
create index finding_open_by_cause on app.finding (msp_id, client_id, cause_key) where closed_at is null;

-- The findings that are open get their causes with the next evaluation, which is made due. The owner of a table sees its rows only
-- where row security is not forced.
alter table app.finding no force row level security;
alter table app.system_status no force row level security;
update app.system_status s set dirty_at = coalesce(s.dirty_at, now())
  where exists (select from app.finding f where f.msp_id = s.msp_id and f.system_id = s.system_id and f.closed_at is null);
insert into app.work_due (msp_id, kind, due_at)
  select distinct s.msp_id, 'evaluation', now() from app.system_status s where s.dirty_at is not null
  on conflict (msp_id, kind) do update set due_at = least(app.work_due.due_at, excluded.due_at);
alter table app.finding force row level security;
alter table app.system_status force row level security;

-- Views are kept of the fleet and of the queue.
alter table app.fleet_view add column screen text not null default 'fleet' check (screen in ('fleet', 'findings'));
alter table app.fleet_view drop constraint fleet_view_pkey, add primary key (msp_id, person_id, screen, name);
alter table app.fleet_view rename to kept_view;

/*
 * The people of the context's MSP to whom work can be given, by name, at most 1,000: to a scope of single clients those alone who see
 * one of them too, and of their clients only those. client_ids null: all.
 */
create function identity.list_colleagues()
returns table (person_id uuid, name text, role text, client_ids uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, m.role,
    case when m.client_ids is not null then array(select c from unnest(m.client_ids) c where app.client_ok(c)) end
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and m.revoked_at is null
    and (m.client_ids is null or exists (select from unnest(m.client_ids) c where app.client_ok(c)))
  order by p.name, p.person_id limit 1000
$$;
revoke all on function identity.list_colleagues() from public;
grant execute on function identity.list_colleagues() to holdfast_web;
reset role;
