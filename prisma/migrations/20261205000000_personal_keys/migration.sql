-- Personal keys: programs act by them as the person who made them, within scopes and until a day. Shown once, kept as a hash, looked up before
-- the MSP is known.
set role holdfast_owner;

create table identity.personal_key (
  personal_key_id uuid primary key,
  msp_id uuid not null,
  person_id uuid not null references identity.person,
  name text not null check (length(name) between 1 and 200),
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  scopes text[] not null check (cardinality(scopes) between 1 and 50),
  client_ids uuid[] check (cardinality(client_ids) between 1 and 100), -- null: every client that the person sees
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,                              -- within a minute
  revoked_at timestamptz,
  check (expires_at > created_at)
);
create index personal_key_by_msp on identity.personal_key (msp_id, created_at);
create index personal_key_by_person on identity.personal_key (person_id);

-- What was answered to a request that a program marked with a key of its own, so that sending it again does nothing twice.
create table identity.kept_answer (
  personal_key_id uuid not null references identity.personal_key,
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  request_sha256 bytea not null check (octet_length(request_sha256) = 32),
  claimed_at timestamptz not null default now(),
  status int check (status between 200 and 499),         -- null: not answered yet
  body text,
  content_type text,
  primary key (personal_key_id, idempotency_key)
);

/* Whether the context is a person of the MSP itself. */
create function identity.is_msp_person() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and coalesce(app.context_part(4) in ('owner', 'admin', 'technician', 'read-only'), false)
$$;

/* Keeps the hash of a new key of the context's person; false: one of the clients is not there. */
create function identity.make_personal_key(p_key uuid, p_name text, p_key_hash bytea, p_scopes text[], p_client_ids uuid[], p_expires timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.is_msp_person() then raise exception 'this context may not make keys' using errcode = '42501'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and app.client_ok(c.client_id) and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return false; end if;
  insert into identity.personal_key (personal_key_id, msp_id, person_id, name, key_hash, scopes, client_ids, expires_at)
    values (p_key, app.msp_id(), app.context_part(3)::uuid, p_name, p_key_hash, p_scopes, p_client_ids, p_expires);
  return true;
end $$;

/* Ends a key at once: one's own, or anybody's of the MSP to who manages its people; false: there is none, or it was revoked. */
create function identity.revoke_personal_key(p_key uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.is_msp_person() then raise exception 'this context may not revoke keys' using errcode = '42501'; end if;
  update identity.personal_key k set revoked_at = clock_timestamp()
    where k.personal_key_id = p_key and k.msp_id = app.msp_id() and k.revoked_at is null
      and (k.person_id = app.context_part(3)::uuid or identity.may_manage_api_keys());
  return found;
end $$;

/* One's own keys, or all of the MSP to who manages its people; newest first, at most 500. */
create function identity.list_personal_keys()
returns table (personal_key_id uuid, person_id uuid, person_name text, name text, scopes text[], client_ids uuid[], created_at timestamptz,
  expires_at timestamptz, last_used_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.personal_key_id, k.person_id, p.name, k.name, k.scopes, k.client_ids, k.created_at, k.expires_at, k.last_used_at,
    coalesce(k.revoked_at, m.revoked_at)
  from identity.personal_key k join identity.person p on p.person_id = k.person_id
  join identity.membership m on m.msp_id = k.msp_id and m.person_id = k.person_id
  where k.msp_id = app.msp_id() and identity.is_msp_person()
    and (k.person_id = app.context_part(3)::uuid or identity.may_manage_api_keys())
  order by k.created_at desc, k.personal_key_id limit 500
$$;

/*
 * As whom a key acts, read anew at each request: no row once it is revoked or has ended, its person was shut out or is none of the MSP's
 * own any more, or owes the authenticator that the MSP demands of the role. Marks it as used, at most once a minute.
 */
create function identity.resolve_personal_key(p_key_hash bytea)
returns table (personal_key_id uuid, person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], key_client_ids uuid[],
  scopes text[], expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_used timestamptz;
begin
  select k.personal_key_id, p.person_id, p.name, p.email, k.msp_id, m.role, m.client_ids, k.client_ids, k.scopes, k.expires_at, k.last_used_at
    into personal_key_id, person_id, name, email, msp_id, role, client_ids, key_client_ids, scopes, expires_at, v_used
    from identity.personal_key k
    join identity.person p on p.person_id = k.person_id
    join identity.membership m on m.msp_id = k.msp_id and m.person_id = k.person_id and m.revoked_at is null
    left join identity.sign_in_rule r on r.msp_id = k.msp_id
    where k.key_hash = p_key_hash and k.revoked_at is null and k.expires_at > clock_timestamp()
      and m.role in ('owner', 'admin', 'technician', 'read-only')
      and not (p.totp_secret is null and coalesce(m.role = any (r.code_roles), false)
        and not exists (select from identity.passkey w where w.person_id = k.person_id and w.removed_at is null and w.stopped_at is null)
        and not exists (select from identity.sign_on_identity i where i.msp_id = k.msp_id and i.person_id = k.person_id));
  if not found then return; end if;
  if v_used is null or v_used < now() - interval '1 minute' then
    update identity.personal_key k set last_used_at = now() where k.key_hash = p_key_hash;
  end if;
  return next;
end $$;

/*
 * Claims a request that a program marked: 'mine' (do it, then keep the answer), 'answered' (give that), 'under-way' (claimed and not answered
 * yet, so nobody knows), 'other' (the mark stood on another request). Answers are kept for a day.
 */
create function identity.claim_answer(p_key uuid, p_idempotency_key text, p_request_sha256 bytea)
returns table (state text, status int, body text, content_type text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_sha bytea;
begin
  delete from identity.kept_answer a where a.personal_key_id = p_key and a.claimed_at < now() - interval '24 hours';
  insert into identity.kept_answer (personal_key_id, idempotency_key, request_sha256) values (p_key, p_idempotency_key, p_request_sha256)
    on conflict do nothing;
  if found then state := 'mine'; return next; return; end if;
  select a.request_sha256, a.status, a.body, a.content_type into v_sha, status, body, content_type
    from identity.kept_answer a where a.personal_key_id = p_key and a.idempotency_key = p_idempotency_key;
  state := case when v_sha is distinct from p_request_sha256 then 'other' when status is null then 'under-way' else 'answered' end;
  if state <> 'answered' then status := null; body := null; content_type := null; end if;
  return next;
end $$;

/* Keeps what a claimed request was answered; status null: it did nothing, and may be sent again. */
create function identity.keep_answer(p_key uuid, p_idempotency_key text, p_status int, p_body text, p_content_type text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_status is null then
    delete from identity.kept_answer a where a.personal_key_id = p_key and a.idempotency_key = p_idempotency_key and a.status is null;
  else
    update identity.kept_answer a set status = p_status, body = p_body, content_type = p_content_type
      where a.personal_key_id = p_key and a.idempotency_key = p_idempotency_key and a.status is null;
  end if;
end $$;

revoke all on function identity.is_msp_person(), identity.make_personal_key(uuid, text, bytea, text[], uuid[], timestamptz),
  identity.revoke_personal_key(uuid), identity.list_personal_keys(), identity.resolve_personal_key(bytea),
  identity.claim_answer(uuid, text, bytea), identity.keep_answer(uuid, text, int, text, text) from public;
grant execute on function identity.make_personal_key(uuid, text, bytea, text[], uuid[], timestamptz), identity.revoke_personal_key(uuid),
  identity.list_personal_keys(), identity.resolve_personal_key(bytea), identity.claim_answer(uuid, text, bytea),
  identity.keep_answer(uuid, text, int, text, text) to holdfast_web;
reset role;
