-- What the screens for agents, repositories and the inbox stand on.
set role holdfast_owner;

-- Enrolments: a token has an id that may be shown, and may be for the new key of an agent that is there already.
alter table identity.enrolment_token
  add column enrolment_id uuid not null default gen_random_uuid() unique,
  add column for_agent_id uuid references identity.agent_key;
create index enrolment_token_by_msp on identity.enrolment_token (msp_id, created_at desc);
alter table app.agent add column key_changed_at timestamptz;      -- null: it has the key it enrolled with

/*
 * Keeps the hash of a new enrolment token of the context's MSP; p_client null: for the MSP's own machines, which only a
 * scope of the whole MSP may ask for. p_agent: the token changes the key of this agent, which must be of that client.
 */
drop function identity.store_enrolment_token(bytea, uuid, timestamptz);
create function identity.store_enrolment_token(p_token_hash bytea, p_client uuid, p_expires timestamptz,
  p_enrolment uuid default gen_random_uuid(), p_agent uuid default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or not app.client_ok(p_client) then
    raise exception 'no sealed context for this client' using errcode = '42501';
  end if;
  if p_client is not null and not exists (select from app.client c where c.msp_id = app.msp_id() and c.client_id = p_client) then
    raise exception 'no such client' using errcode = '23503';
  end if;
  if p_agent is not null and not exists (select from identity.agent_key k where k.agent_id = p_agent
      and k.msp_id = app.msp_id() and k.client_id is not distinct from p_client and k.revoked_at is null) then
    raise exception 'no such agent' using errcode = '23503';
  end if;
  insert into identity.enrolment_token (token_hash, msp_id, client_id, created_by, expires_at, enrolment_id, for_agent_id)
    values (p_token_hash, app.msp_id(), p_client, app.context_part(3)::uuid, p_expires, p_enrolment, p_agent);
end $$;

/*
 * What a token is good for: one row, or none when it is unknown or expired, or spent by another key. agent_id is set when
 * this very key spent it: then the first answer was lost. for_agent_id: it changes the key of this agent.
 */
drop function identity.peek_enrolment_token(bytea, bytea);
create function identity.peek_enrolment_token(p_token_hash bytea, p_public_key bytea)
returns table (msp_id uuid, client_id uuid, agent_id uuid, for_agent_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.msp_id, t.client_id, t.agent_id, t.for_agent_id
  from identity.enrolment_token t left join identity.agent_key k on k.agent_id = t.agent_id
  where t.token_hash = p_token_hash and t.expires_at > now()
    and (t.spent_at is null or (k.public_key = p_public_key and k.revoked_at is null))
$$;

/*
 * Spends a token of the context's MSP and clients on an agent and its key, once; an agent that is there gets the key in place of
 * its old one, which is worth nothing from then on. False: somebody was quicker, or the agent was revoked meanwhile.
 */
create or replace function identity.spend_enrolment_token(p_token_hash bytea, p_agent uuid, p_public_key bytea)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_client uuid;
  v_for uuid;
begin
  update identity.enrolment_token t set spent_at = now(), agent_id = p_agent
    where t.token_hash = p_token_hash and t.msp_id = app.msp_id() and app.client_ok(t.client_id)
      and t.spent_at is null and t.expires_at > now() and (t.for_agent_id is null or t.for_agent_id = p_agent)
      and (t.for_agent_id is null or exists (select from identity.agent_key k
        where k.agent_id = p_agent and k.msp_id = app.msp_id() and k.revoked_at is null))
    returning t.client_id, t.for_agent_id into v_client, v_for;
  if not found then return false; end if;
  if v_for is null then
    insert into identity.agent_key (agent_id, msp_id, client_id, public_key)
      values (p_agent, app.msp_id(), v_client, p_public_key);
  else
    update identity.agent_key k set public_key = p_public_key where k.agent_id = v_for and k.msp_id = app.msp_id();
    update app.agent a set key_changed_at = now() where a.msp_id = app.msp_id() and a.agent_id = v_for;
  end if;
  return true;
end $$;

/* The newest enrolment tokens of the context's MSP and clients, or the one of this id; who made them by name. */
create function identity.list_enrolments(p_enrolment uuid, p_limit int)
returns table (enrolment_id uuid, client_id uuid, for_agent_id uuid, agent_id uuid, created_by text,
  created_at timestamptz, expires_at timestamptz, spent_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.enrolment_id, t.client_id, t.for_agent_id, t.agent_id, p.name, t.created_at, t.expires_at, t.spent_at
  from identity.enrolment_token t left join identity.person p on p.person_id = t.created_by
  where t.msp_id = app.msp_id() and app.client_ok(t.client_id) and (p_enrolment is null or t.enrolment_id = p_enrolment)
  order by t.created_at desc, t.enrolment_id limit least(p_limit, 200)
$$;

revoke all on function
  identity.store_enrolment_token(bytea, uuid, timestamptz, uuid, uuid),
  identity.peek_enrolment_token(bytea, bytea),
  identity.list_enrolments(uuid, int)
  from public;
grant execute on function identity.store_enrolment_token(bytea, uuid, timestamptz, uuid, uuid)
  to holdfast_web, holdfast_worker;
grant execute on function identity.peek_enrolment_token(bytea, bytea) to holdfast_ingest;
grant execute on function identity.list_enrolments(uuid, int) to holdfast_web;

-- What a repository held, once a day: the last that was told of each day (UTC). A row a day is kept for good.
create table app.repository_capacity (
  msp_id uuid not null references app.msp,
  repository_id uuid not null,
  day_starts_at timestamptz not null,
  client_id uuid,                                        -- null: the MSP's own
  measured_at timestamptz not null,
  total_bytes bigint,
  used_bytes bigint,
  free_bytes bigint,
  stored_bytes bigint,
  raw_report_id uuid not null,
  primary key (msp_id, repository_id, day_starts_at),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, raw_report_id) references app.raw_report
);
alter table app.repository_capacity enable row level security;
alter table app.repository_capacity force row level security;
create policy tenant on app.repository_capacity using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.repository_capacity to holdfast_web, holdfast_worker;
grant insert, update on app.repository_capacity to holdfast_worker;

-- The inbox: systems that nobody entered are known by the report that named them first; what people decide is kept, and undone,
-- as rows of their own.
alter table app.system add column named_by_report_id uuid,     -- null: somebody entered it
  add foreign key (msp_id, named_by_report_id) references app.raw_report (msp_id, raw_report_id);
create index system_named_by_report on app.system (msp_id, client_id) where named_by_report_id is not null;
create index inbox_quarantined on app.inbox (msp_id, received_at desc) where state = 'quarantined';

create table app.inbox_decision (
  msp_id uuid not null references app.msp,
  decision_id uuid not null,
  client_id uuid,
  system_id uuid,                                        -- a system that reports named
  agent_id uuid,                                         -- or an agent's reports that were put aside for one cause
  cause text check (length(cause) between 1 and 2000),
  verb text not null check (verb in ('confirmed', 'ignored')),
  reason text not null check (length(reason) between 1 and 2000),
  decided_by uuid not null,
  decided_by_name text not null,
  decided_at timestamptz not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (msp_id, decision_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, agent_id) references app.agent,
  check (num_nonnulls(system_id, agent_id) = 1),
  check ((agent_id is null) = (cause is null)),
  check (verb = 'ignored' or agent_id is null)
);
create unique index inbox_decision_of_system on app.inbox_decision (msp_id, system_id) where undone_at is null;
create unique index inbox_decision_of_reports on app.inbox_decision (msp_id, agent_id, cause) where undone_at is null;
alter table app.inbox_decision enable row level security;
alter table app.inbox_decision force row level security;
create policy tenant on app.inbox_decision using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.inbox_decision to holdfast_web, holdfast_worker;
grant insert, update (undone_at, undone_by) on app.inbox_decision to holdfast_web;
-- A report that was put aside may be tried again; what was received stays as it is.
grant update (state, attempts, finished_at, reason) on app.inbox to holdfast_web;
reset role;
