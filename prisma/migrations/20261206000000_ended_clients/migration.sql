-- Clients whose service has ended, and what becomes of them. docs/decisions/client-deletion.md.
set role holdfast_owner;

-- What is left of a client whose data was deleted while its evidence is kept: evidence is found by it.
alter table app.client add column deleted_at timestamptz,
  add check (deleted_at is null or archived_at is not null);
-- A new client may be called what one was called whose data is gone.
alter table app.client drop constraint client_msp_id_name_key;
create unique index client_name on app.client (msp_id, name) where deleted_at is null;

/*
 * A client whose service has ended: until it is taken back, or for good. It refers to nothing, so that it tells of the client when there is
 * nothing of it any more.
 */
create table app.ended_client (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  client_name text not null check (length(client_name) between 1 and 200),
  ended_at timestamptz not null,
  ended_by uuid not null,
  ended_by_name text not null check (length(ended_by_name) between 1 and 200),
  reason text check (length(reason) between 1 and 500),
  had_coverage boolean not null,                         -- its inventory was held against its backups, and is again when it is taken back
  deletion_asked_at timestamptz,                         -- null: nobody asked, or it was cancelled
  deletion_asked_by uuid,
  deletion_asked_by_name text check (length(deletion_asked_by_name) between 1 and 200),
  deletion_due_at timestamptz,
  deletes_evidence boolean not null default false,
  deleted_at timestamptz,                                -- of its data
  removed jsonb not null default '{}',                   -- how much went, by what it was
  evidence_until timestamptz,                            -- until when its evidence is kept at least, as it was when its data went; null: it has none
  evidence_because text check (length(evidence_because) between 1 and 500),
  evidence_deleted_at timestamptz,
  primary key (msp_id, client_id),
  check ((deletion_asked_at is null) = (deletion_due_at is null) and (deletion_asked_at is null) = (deletion_asked_by is null)
    and (deletion_asked_at is null) = (deletion_asked_by_name is null)),
  check (evidence_deleted_at is null or deleted_at is not null)
);
create index ended_client_due on app.ended_client (msp_id, deletion_due_at) where deletion_due_at is not null;
alter table app.ended_client enable row level security;
alter table app.ended_client force row level security;
create policy tenant on app.ended_client using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.ended_client to holdfast_web, holdfast_worker;
-- That it ended, is taken back or deleted is for the functions below.
grant update (deletion_asked_at, deletion_asked_by, deletion_asked_by_name, deletion_due_at, deletes_evidence) on app.ended_client to holdfast_web;
grant update (evidence_until, evidence_because) on app.ended_client to holdfast_worker;

-- The same for those who know an agent or an address before its MSP.
create table identity.ended_client (
  msp_id uuid not null,
  client_id uuid not null,
  primary key (msp_id, client_id)
);

/*
 * Ends the service for a client of the context's MSP, for an owner: its systems go with it into no list, and are unknown from then on.
 * false: it is not there, or ended before.
 */
create function app.end_client(p_client uuid, p_at timestamptz, p_by_name text, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_name text;
  v_had_coverage boolean;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'owner' then
    raise exception 'no sealed context of an owner' using errcode = '42501';
  end if;
  select c.name, c.coverage_due_at is not null into v_name, v_had_coverage from app.client c
    where c.msp_id = v_msp and c.client_id = p_client and c.archived_at is null for no key update;
  if not found then return false; end if;
  insert into app.ended_client (msp_id, client_id, client_name, ended_at, ended_by, ended_by_name, reason, had_coverage)
    values (v_msp, p_client, v_name, p_at, app.context_part(3)::uuid, p_by_name, p_reason, v_had_coverage);
  insert into identity.ended_client (msp_id, client_id) values (v_msp, p_client);
  update app.client c set archived_at = p_at, coverage_due_at = null where c.msp_id = v_msp and c.client_id = p_client;
  perform from app.system_status s where s.msp_id = v_msp and s.client_id = p_client order by s.system_id for no key update;
  update app.system y set archived_at = p_at where y.msp_id = v_msp and y.client_id = p_client and y.archived_at is null;
  -- Nobody looks at them from here on, so nobody knows: a bar that stays green would be wrong when it is taken back.
  insert into app.status_change (msp_id, system_id, at, client_id, from_status, to_status, reasons)
    select s.msp_id, s.system_id, p_at, s.client_id, s.status, 'unknown', '[]' from app.system_status s
    join app.system y on y.msp_id = v_msp and y.system_id = s.system_id and y.archived_at = p_at
    where s.msp_id = v_msp and s.client_id = p_client and s.status <> 'unknown'
    on conflict do nothing;
  update app.system_status s set status = 'unknown', since = case when s.status = 'unknown' then s.since else p_at end,
    changes_at = null, dirty_at = null where s.msp_id = v_msp and s.client_id = p_client;
  return true;
end $$;

/*
 * Takes a client of the context's MSP back into service, for an owner, as long as its data is there: the systems that went with it come
 * back, and all are looked at anew. A deletion that was asked for is off with it. false: it did not end, or its data is gone.
 */
create function app.take_back_client(p_client uuid, p_at timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_ended timestamptz;
  v_had_coverage boolean;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'owner' then
    raise exception 'no sealed context of an owner' using errcode = '42501';
  end if;
  perform from app.client c where c.msp_id = v_msp and c.client_id = p_client for no key update;
  delete from app.ended_client e where e.msp_id = v_msp and e.client_id = p_client and e.deleted_at is null
    returning e.ended_at, e.had_coverage into v_ended, v_had_coverage;
  if not found then return false; end if;
  delete from identity.ended_client e where e.msp_id = v_msp and e.client_id = p_client;
  update app.client c set archived_at = null, coverage_due_at = case when v_had_coverage then p_at end
    where c.msp_id = v_msp and c.client_id = p_client;
  update app.system y set archived_at = null where y.msp_id = v_msp and y.client_id = p_client and y.archived_at = v_ended;
  update app.system_status s set dirty_at = p_at where s.msp_id = v_msp and s.client_id = p_client
    and s.system_id in (select y.system_id from app.system y where y.msp_id = v_msp and y.client_id = p_client and y.archived_at is null);
  return true;
end $$;
revoke all on function app.end_client(uuid, timestamptz, text, text), app.take_back_client(uuid, timestamptz) from public;
grant execute on function app.end_client(uuid, timestamptz, text, text), app.take_back_client(uuid, timestamptz) to holdfast_web;

-- Who knocks for a client whose service has ended is told so, instead of being a stranger.
drop function identity.resolve_agent(uuid);
/* Who signs with a key: one row, or none for an unknown agent. */
create function identity.resolve_agent(p_agent uuid)
returns table (msp_id uuid, client_id uuid, public_key bytea, is_revoked boolean, is_ended boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.msp_id, k.client_id, k.public_key, k.revoked_at is not null,
    exists (select from identity.ended_client e where e.msp_id = k.msp_id and e.client_id = k.client_id)
  from identity.agent_key k where k.agent_id = p_agent
$$;
revoke all on function identity.resolve_agent(uuid) from public;
grant execute on function identity.resolve_agent(uuid) to holdfast_ingest;

/* Which of these agents may not report: revoked, unknown, not of the context's MSP and clients, or of a client whose service has ended. */
create or replace function identity.refused_agents(p_agents uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.agent_id from unnest(p_agents) as a (agent_id)
  where not exists (select from identity.agent_key k
    where k.agent_id = a.agent_id and k.msp_id = app.msp_id() and app.client_ok(k.client_id) and k.revoked_at is null
      and not exists (select from identity.ended_client e where e.msp_id = k.msp_id and e.client_id = k.client_id))
$$;

/*
 * What a token is good for: one row, or none when it is unknown or expired, spent by another key, or for a client whose service has ended.
 * agent_id is set when this very key spent it: then the first answer was lost.
 */
create or replace function identity.peek_enrolment_token(p_token_hash bytea, p_public_key bytea)
returns table (msp_id uuid, client_id uuid, agent_id uuid, for_agent_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.msp_id, t.client_id, t.agent_id, t.for_agent_id
  from identity.enrolment_token t left join identity.agent_key k on k.agent_id = t.agent_id
  where t.token_hash = p_token_hash and t.expires_at > now()
    and (t.spent_at is null or (k.public_key = p_public_key and k.revoked_at is null))
    and not exists (select from identity.ended_client e where e.msp_id = t.msp_id and e.client_id = t.client_id)
$$;

drop function identity.resolve_inbound_address(text, text);
/* Whose an address is: one row, or none for one that nobody has or that was closed. */
create function identity.resolve_inbound_address(p_kind text, p_address text)
returns table (msp_id uuid, client_id uuid, channel_id uuid, is_ended boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.msp_id, a.client_id, a.channel_id,
    exists (select from identity.ended_client e where e.msp_id = a.msp_id and e.client_id = a.client_id)
  from identity.inbound_address a
  where a.address = p_address and a.kind = p_kind and a.closed_at is null
$$;
revoke all on function identity.resolve_inbound_address(text, text) from public;
grant execute on function identity.resolve_inbound_address(text, text) to holdfast_ingest;

/* Whose a key is; no row: it is nobody's, was revoked, or the service for its client has ended. */
create or replace function identity.resolve_management_key(p_key_hash bytea)
returns table (msp_id uuid, client_id uuid, is_read_only boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.msp_id, k.client_id, k.is_read_only from identity.management_key k
  where k.key_hash = p_key_hash and k.revoked_at is null
    and not exists (select from identity.ended_client e where e.msp_id = k.msp_id and e.client_id = k.client_id)
$$;
reset role;
