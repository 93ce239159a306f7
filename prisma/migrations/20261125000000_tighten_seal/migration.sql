-- Closes what the generated proof of tenant isolation found open.
--  * The seal names the backend, and a parallel worker is another one: parallel plans lost rows without a word.
--  * Row security asks for the MSP once a scan but for the client once a row, and that answer came from the setting as it
--    stood, unsealed: a statement that changed the setting while it ran saw every client of its MSP.
--  * Functions of the identity plane looked at the MSP of the context and not, or not in every case, at its clients.
grant create on schema app to sec_owner;
set role sec_owner;

/*
 * A part of the sealed context, or null. A transaction that is DEFERRABLE says 'the whole MSP' in a way that nothing can
 * say later in it (Postgres refuses the change after the first snapshot; else the word has no effect here), so that
 * app.client_ok need not verify the seal once a row. A seal for some clients is worth nothing in such a transaction.
 */
create or replace function app.context_part(part int) returns text
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  parts text[] := string_to_array(current_setting('app.ctx', true), '|');
  sealed text;
begin
  if parts is null or array_length(parts, 1) is distinct from 6 then return null; end if;
  if parts[5] !~ '^[0-9]{1,12}$' or parts[5]::bigint < extract(epoch from now()) then return null; end if;
  if parts[2] <> '*' and current_setting('transaction_deferrable')::boolean then return null; end if;
  sealed := parts[1] || '|' || parts[2] || '|' || parts[3] || '|' || parts[4] || '|' || parts[5] || '|' || pg_backend_pid();
  if parts[6] is distinct from app_sec.mac(1::smallint, sealed)
    and parts[6] is distinct from app_sec.mac(2::smallint, sealed) then
    return null;
  end if;
  return nullif(parts[part], '');
end $$;

/* The MSP of the sealed context, or null: then no row of any tenant is visible. */
create or replace function app.msp_id() returns uuid
language sql stable parallel restricted as $$ select app.context_part(1)::uuid $$;

/* The sealed half of app.client_ok: the seal is verified when the setting claims the client. Cheap to the planner: most
   scopes never come here. */
create function app.client_is_sealed(client uuid) returns boolean
language plpgsql stable parallel restricted security definer cost 10 set search_path = pg_catalog, pg_temp as $$
declare
  claimed text[] := string_to_array(split_part(current_setting('app.ctx', true), '|', 2), ',');
begin
  return coalesce(claimed && array['*', client::text], false) and app.context_part(2) is not null;
end $$;

/*
 * Whether a client is in the context's scope; null, the MSP's own, only when the scope is the whole MSP. Never null.
 * Means something only together with app.msp_id().
 */
create or replace function app.client_ok(client uuid) returns boolean
language sql stable parallel restricted as $$
  select case when current_setting('transaction_deferrable')::boolean then true else app.client_is_sealed(client) end
$$;
revoke all on function app.msp_id(), app.client_ok(uuid), app.client_is_sealed(uuid) from public;
grant execute on function app.client_is_sealed(uuid)
  to holdfast_owner, audit_owner, holdfast_web, holdfast_worker, holdfast_ingest;
reset role;
revoke create on schema app from sec_owner;

-- Who may call a function is said by name from now on, as with tables.
alter default privileges for role holdfast_owner, audit_owner, sec_owner revoke execute on functions from public;

set role holdfast_owner;

/* The people of the context's MSP, by name, at most 1,000; nobody to a scope of single clients. */
create or replace function identity.list_members()
returns table (person_id uuid, name text, email text, role text, has_totp boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, p.email, m.role, p.totp_secret is not null
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and app.client_ok(null) and m.revoked_at is null
  order by p.name, p.person_id limit 1000
$$;

/*
 * Makes a person and the membership of the context's MSP; false when the e-mail is taken. For the worker (demo) and for
 * set-up; a person may be made by owners and admins too, who grant no role above their own.
 */
create or replace function identity.create_person(p_person uuid, p_email text, p_name text, p_password_hash text,
  p_totp_secret bytea, p_role text, p_is_demo boolean)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_by text := app.context_part(4);
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  if not app.client_ok(null) or v_by is null or v_by not in ('worker', 'set-up', 'owner', 'admin')
    or (v_by = 'admin' and p_role = 'owner') then
    raise exception 'this context may not make such a person' using errcode = '42501';
  end if;
  insert into identity.person (person_id, email, name, password_hash, totp_secret, is_demo)
    values (p_person, p_email, p_name, p_password_hash, p_totp_secret, p_is_demo) on conflict (email) do nothing;
  if not found then return false; end if;
  insert into identity.membership (msp_id, person_id, role) values (v_msp, p_person, p_role);
  perform audit.append_instance('person.created', p_person, jsonb_build_object('msp', v_msp, 'role', p_role));
  return true;
end $$;

/* Which of these agents may not report: revoked, unknown, or not of the context's MSP and clients. */
create or replace function identity.refused_agents(p_agents uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.agent_id from unnest(p_agents) as a (agent_id)
  where not exists (select from identity.agent_key k
    where k.agent_id = a.agent_id and k.msp_id = app.msp_id() and app.client_ok(k.client_id) and k.revoked_at is null)
$$;

/*
 * Keeps the hash of a new enrolment token of the context's MSP; p_client null: for the MSP's own machines, which only a
 * scope of the whole MSP may ask for.
 */
create or replace function identity.store_enrolment_token(p_token_hash bytea, p_client uuid, p_expires timestamptz)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or not app.client_ok(p_client) then
    raise exception 'no sealed context for this client' using errcode = '42501';
  end if;
  if p_client is not null and not exists (select from app.client c where c.msp_id = app.msp_id() and c.client_id = p_client) then
    raise exception 'no such client' using errcode = '23503';
  end if;
  insert into identity.enrolment_token (token_hash, msp_id, client_id, created_by, expires_at)
    values (p_token_hash, app.msp_id(), p_client, app.context_part(3)::uuid, p_expires);
end $$;

/* Spends a token of the context's MSP and clients on an agent and its key, once. False: somebody was quicker. */
create or replace function identity.spend_enrolment_token(p_token_hash bytea, p_agent uuid, p_public_key bytea)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_client uuid;
begin
  update identity.enrolment_token t set spent_at = now(), agent_id = p_agent
    where t.token_hash = p_token_hash and t.msp_id = app.msp_id() and app.client_ok(t.client_id)
      and t.spent_at is null and t.expires_at > now()
    returning t.client_id into v_client;
  if not found then return false; end if;
  insert into identity.agent_key (agent_id, msp_id, client_id, public_key)
    values (p_agent, app.msp_id(), v_client, p_public_key);
  return true;
end $$;
reset role;
