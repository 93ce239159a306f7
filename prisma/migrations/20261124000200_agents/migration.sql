-- Agents: how a machine is known before its tenant is, how it enrols, and how its reports are kept exactly once.

-- A run keeps the keys of the points it made: the listing that shows them may come with a later report.
set role holdfast_owner;
alter table app.run add column point_keys text[] not null default '{}';

/* Who signs with a key: one row, or none for an unknown agent. */
create function identity.resolve_agent(p_agent uuid)
returns table (msp_id uuid, client_id uuid, public_key bytea, is_revoked boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.msp_id, k.client_id, k.public_key, k.revoked_at is not null
  from identity.agent_key k where k.agent_id = p_agent
$$;

/* Which of these agents may not report: revoked, unknown, or another MSP's than the context's. */
create function identity.refused_agents(p_agents uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.agent_id from unnest(p_agents) as a (agent_id)
  where not exists (select from identity.agent_key k
    where k.agent_id = a.agent_id and k.msp_id = app.msp_id() and k.revoked_at is null)
$$;

/* Revokes an agent of the context's MSP and clients; effective on its next request. False: not found or revoked already. */
create function identity.revoke_agent(p_agent uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.agent_key k set revoked_at = now()
    where k.agent_id = p_agent and k.msp_id = app.msp_id() and app.client_ok(k.client_id) and k.revoked_at is null;
  if not found then return false; end if;
  update app.agent a set revoked_at = now() where a.msp_id = app.msp_id() and a.agent_id = p_agent;
  return true;
end $$;

/* Keeps the hash of a new enrolment token of the context's MSP; p_client null: for the MSP's own machines. */
create function identity.store_enrolment_token(p_token_hash bytea, p_client uuid, p_expires timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or not (app.client_ok(p_client) or (p_client is null and app.client_ok(null))) then
    raise exception 'no sealed context for this client' using errcode = '42501';
  end if;
  if p_client is not null and not exists (select from app.client c where c.msp_id = app.msp_id() and c.client_id = p_client) then
    raise exception 'no such client' using errcode = '23503';
  end if;
  insert into identity.enrolment_token (token_hash, msp_id, client_id, created_by, expires_at)
    values (p_token_hash, app.msp_id(), p_client, app.context_part(3)::uuid, p_expires);
end $$;

/*
 * What a token is good for: one row, or none when it is unknown or expired, or spent by another key. agent_id and
 * spent key are set when this very key spent it: then the first answer was lost.
 */
create function identity.peek_enrolment_token(p_token_hash bytea, p_public_key bytea)
returns table (msp_id uuid, client_id uuid, agent_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.msp_id, t.client_id, t.agent_id
  from identity.enrolment_token t left join identity.agent_key k on k.agent_id = t.agent_id
  where t.token_hash = p_token_hash and t.expires_at > now()
    and (t.spent_at is null or (k.public_key = p_public_key and k.revoked_at is null))
$$;

/* Spends a token of the context's MSP on an agent and its key, once. False: somebody was quicker. */
create function identity.spend_enrolment_token(p_token_hash bytea, p_agent uuid, p_public_key bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_client uuid;
begin
  update identity.enrolment_token t set spent_at = now(), agent_id = p_agent
    where t.token_hash = p_token_hash and t.msp_id = app.msp_id() and t.spent_at is null and t.expires_at > now()
    returning t.client_id into v_client;
  if not found then return false; end if;
  insert into identity.agent_key (agent_id, msp_id, client_id, public_key)
    values (p_agent, app.msp_id(), v_client, p_public_key);
  return true;
end $$;

/* The MSPs there are, for the worker's round; ids only. */
create function identity.msp_ids() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct m.msp_id from identity.membership m
$$;

revoke all on function
  identity.resolve_agent(uuid),
  identity.refused_agents(uuid[]),
  identity.revoke_agent(uuid),
  identity.store_enrolment_token(bytea, uuid, timestamptz),
  identity.peek_enrolment_token(bytea, bytea),
  identity.spend_enrolment_token(bytea, uuid, bytea),
  identity.msp_ids()
  from public;
grant execute on function
  identity.resolve_agent(uuid),
  identity.refused_agents(uuid[]),
  identity.peek_enrolment_token(bytea, bytea),
  identity.spend_enrolment_token(bytea, uuid, bytea)
  to holdfast_ingest;
grant execute on function identity.revoke_agent(uuid) to holdfast_web;
grant execute on function identity.store_enrolment_token(bytea, uuid, timestamptz) to holdfast_web, holdfast_worker;
grant execute on function identity.msp_ids() to holdfast_worker;

/*
 * Keeps a batch of one MSP's verified deliveries, each exactly once by (agent, epoch, sequence); the caller's own rights
 * and row security apply. p_reason not null: unreadable, kept and put aside. One row a delivery, in the order given:
 *   stored | quarantined | duplicate | conflict (same number, other bytes) | too-far | too-many-gaps | revoked.
 * A batch must not name one (agent, epoch, sequence) twice. Streams are locked in one order, so batches cannot deadlock.
 */
create function app.store_reports(p_msp uuid, p_raw_id uuid[], p_received timestamptz[], p_agent uuid[], p_client uuid[],
  p_epoch uuid[], p_sequence bigint[], p_sent timestamptz[], p_encoding text[], p_body bytea[], p_sha bytea[],
  p_signature bytea[], p_reason text[])
returns table (ordinal bigint, outcome text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_refused uuid[];
  v_due timestamptz;
begin
  if app.msp_id() is distinct from p_msp then raise exception 'no sealed context' using errcode = '42501'; end if;
  v_refused := array(select identity.refused_agents(p_agent));
  insert into app.agent_stream (msp_id, agent_id, epoch, client_id, last_received_at)
    select distinct on (g.agent_id, g.epoch) p_msp, g.agent_id, g.epoch, g.client_id, g.received_at
    from unnest(p_agent, p_epoch, p_client, p_received) as g (agent_id, epoch, client_id, received_at)
    where g.agent_id <> all (v_refused)
    order by g.agent_id, g.epoch
    on conflict do nothing;
  perform from app.agent_stream s
    where s.msp_id = p_msp
      and (s.agent_id, s.epoch) in (select g.agent_id, g.epoch from unnest(p_agent, p_epoch) as g (agent_id, epoch))
    order by s.agent_id, s.epoch for update;
  return query
  with given as materialized (
    select * from unnest(p_raw_id, p_received, p_agent, p_client, p_epoch, p_sequence, p_sent, p_encoding, p_body, p_sha,
      p_signature, p_reason) with ordinality
      as g (raw_report_id, received_at, agent_id, client_id, epoch, sequence, sent_at, encoding, body, sha, signature, reason, ord)
  ), judged as materialized (
    select g.*, case
        when g.agent_id = any (v_refused) then 'revoked'
        when s.seen @> g.sequence then
          case when exists (select from app.raw_report r where r.msp_id = p_msp and r.agent_id = g.agent_id
              and r.epoch = g.epoch and r.sequence = g.sequence and r.body_sha256 <> g.sha)
            then 'conflict' else 'duplicate' end
        when g.sequence > coalesce(upper(s.seen) - 1, 0) + 100000 then 'too-far'
        when not s.seen @> (g.sequence - 1) and not s.seen @> (g.sequence + 1)
          and (select count(*) from unnest(s.seen)) >= 1000 then 'too-many-gaps'
        when g.reason is not null then 'quarantined'
        else 'stored' end as verdict
    from given g left join app.agent_stream s on s.msp_id = p_msp and s.agent_id = g.agent_id and s.epoch = g.epoch
  ), kept as materialized (
    select * from judged j where j.verdict in ('stored', 'quarantined')
  ), raw as (
    insert into app.raw_report (msp_id, raw_report_id, client_id, agent_id, epoch, sequence, received_at, sent_at,
      content_encoding, body, body_sha256, signature)
    select p_msp, k.raw_report_id, k.client_id, k.agent_id, k.epoch, k.sequence, k.received_at, k.sent_at, k.encoding,
      k.body, k.sha, k.signature from kept k
  ), inbox as (
    insert into app.inbox (msp_id, raw_report_id, client_id, received_at, state, finished_at, reason)
    select p_msp, k.raw_report_id, k.client_id, k.received_at,
      case k.verdict when 'stored' then 'pending' else 'quarantined' end,
      case k.verdict when 'quarantined' then k.received_at end, k.reason from kept k
  ), streams as (
    update app.agent_stream s
      set seen = s.seen + n.ranges, last_received_at = greatest(s.last_received_at, n.received_at)
      from (select k.agent_id, k.epoch, range_agg(int8range(k.sequence, k.sequence, '[]')) as ranges,
        max(k.received_at) as received_at from kept k group by k.agent_id, k.epoch) n
      where s.msp_id = p_msp and s.agent_id = n.agent_id and s.epoch = n.epoch
  ), agents as (
    update app.agent a set last_seen_at = n.received_at, clock_skew_ms = n.skew
      from (select distinct on (k.agent_id) k.agent_id, k.received_at,
          (extract(epoch from k.received_at - k.sent_at) * 1000)::bigint as skew
        from kept k order by k.agent_id, k.received_at desc) n
      where a.msp_id = p_msp and a.agent_id = n.agent_id
        and (a.last_seen_at is null or a.last_seen_at < n.received_at - interval '10 seconds')
  )
  select j.ord, j.verdict from judged j order by j.ord;
  select min(r) into v_due from unnest(p_received) as r;
  insert into app.work_due as w (msp_id, kind, due_at) values (p_msp, 'inbox', v_due)
    on conflict (msp_id, kind) do update set due_at = excluded.due_at where w.due_at > excluded.due_at;
end $$;
revoke all on function app.store_reports(uuid, uuid[], timestamptz[], uuid[], uuid[], uuid[], bigint[], timestamptz[],
  text[], bytea[], bytea[], bytea[], text[]) from public;
grant execute on function app.store_reports(uuid, uuid[], timestamptz[], uuid[], uuid[], uuid[], bigint[], timestamptz[],
  text[], bytea[], bytea[], bytea[], text[]) to holdfast_ingest;
reset role;
