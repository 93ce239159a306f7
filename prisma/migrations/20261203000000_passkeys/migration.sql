-- Passkeys (WebAuthn Level 3) of people who have a password: docs/decisions/passkeys.md says what they are good for.
-- Locks are taken in one order: throttle row, person, session, passkey, instance audit chain.
set role holdfast_owner;

alter table identity.user_session drop constraint user_session_opened_by_check,
  add constraint user_session_opened_by_check
    check (opened_by in ('password', 'single-sign-on', 'passkey', 'password-and-passkey'));

create table identity.passkey (
  passkey_id uuid primary key,
  person_id uuid not null references identity.person on delete cascade,
  credential_id bytea not null unique check (octet_length(credential_id) between 1 and 1023), -- named by the authenticator
  public_key bytea not null check (octet_length(public_key) between 1 and 4000), -- a COSE_Key
  sign_count bigint not null check (sign_count >= 0),    -- of the last signature; 0: the authenticator does not count
  transports text[] not null check (cardinality(transports) <= 10),
  name text not null check (length(name) between 1 and 80),
  is_syncable boolean not null,                          -- whether it may be copied to other devices of its owner
  is_synced boolean not null,                            -- whether it was, when last used
  added_at timestamptz not null default now(),
  last_used_at timestamptz,
  stopped_at timestamptz,                                -- since a signature counted backwards; null: it works
  removed_at timestamptz,                                -- null: it is there
  removed_in uuid,                                       -- the session that may take the removal back
  check ((removed_at is null) = (removed_in is null))
);
create index passkey_by_person on identity.passkey (person_id);

-- What an authenticator is asked to sign, by its hash: for one browser or session, once, within five minutes.
create table identity.passkey_challenge (
  challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
  session_id uuid,                                       -- of who adds a passkey; null: somebody signs in
  browser_hash bytea check (octet_length(browser_hash) = 32), -- of who signs in
  person_id uuid,                                        -- whose password was right already; null: it was not asked for
  expires_at timestamptz not null,
  check ((session_id is null) <> (browser_hash is null)),
  check (person_id is null or session_id is null)
);
create index passkey_challenge_by_age on identity.passkey_challenge (expires_at);

/* Keeps a challenge, and forgets some that nobody answered. */
create function identity.keep_challenge(p_challenge_hash bytea, p_session uuid, p_browser_hash bytea, p_person uuid) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  delete from identity.passkey_challenge c where c.challenge_hash in (select o.challenge_hash from identity.passkey_challenge o
    where o.expires_at < now() order by o.expires_at limit 20 for update skip locked);
  insert into identity.passkey_challenge values (p_challenge_hash, p_session, p_browser_hash, p_person, now() + interval '5 minutes');
end $$;

/* The passkeys of the person behind a live session, oldest first; there are at most 20. */
create function identity.list_passkeys(p_session uuid)
returns table (passkey_id uuid, credential_id bytea, transports text[], name text, is_syncable boolean, is_synced boolean,
  added_at timestamptz, last_used_at timestamptz, stopped_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.passkey_id, k.credential_id, k.transports, k.name, k.is_syncable, k.is_synced, k.added_at, k.last_used_at, k.stopped_at
  from identity.user_session s join identity.passkey k on k.person_id = s.person_id and k.removed_at is null
  where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
  order by k.added_at, k.passkey_id limit 20
$$;

/*
 * Keeps the challenge of who adds a passkey, whose password was right just now. Answers 'done', 'gone' (nobody's session, or one without
 * a password), 'full' (20 are there).
 */
create function identity.begin_passkey(p_session uuid, p_challenge_hash bytea) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if not exists (select from identity.person p where p.person_id = v_person and p.password_hash is not null) then return 'gone'; end if;
  if (select count(*) from identity.passkey k where k.person_id = v_person and k.removed_at is null) >= 20 then return 'full'; end if;
  perform identity.keep_challenge(p_challenge_hash, p_session, null, null);
  return 'done';
end $$;

/* Takes a challenge of a session, once; false: there is none of it, or it took too long. */
create function identity.take_passkey_challenge(p_session uuid, p_challenge_hash bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_taken identity.passkey_challenge;
begin
  delete from identity.passkey_challenge c where c.challenge_hash = p_challenge_hash returning c.* into v_taken;
  return coalesce(v_taken.session_id = p_session and v_taken.expires_at > now(), false);
end $$;

/*
 * Keeps a passkey of the person behind a live session, whom the context names. A session that a password alone opened has two factors
 * from then on. Answers 'done', 'gone' (as above), 'full', 'taken' (that credential is there, whosever it is).
 */
create function identity.add_passkey(p_session uuid, p_passkey uuid, p_credential_id bytea, p_public_key bytea, p_sign_count bigint,
  p_transports text[], p_name text, p_is_syncable boolean, p_is_synced boolean)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is distinct from app.context_part(3)::uuid
    or not exists (select from identity.person p where p.person_id = v_person and p.password_hash is not null) then return 'gone'; end if;
  delete from identity.passkey k where k.person_id = v_person and k.removed_at < now() - interval '10 minutes';
  if (select count(*) from identity.passkey k where k.person_id = v_person and k.removed_at is null) >= 20 then return 'full'; end if;
  insert into identity.passkey (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, is_syncable, is_synced)
    values (p_passkey, v_person, p_credential_id, p_public_key, p_sign_count, p_transports, p_name, p_is_syncable, p_is_synced)
    on conflict (credential_id) do nothing;
  if not found then return 'taken'; end if;
  update identity.user_session s set aal = 2, opened_by = 'password-and-passkey'
    where s.session_id = p_session and s.aal = 1 and s.opened_by = 'password';
  perform audit.append_instance('person.passkey-added', v_person, jsonb_build_object('session', p_session, 'passkey', p_passkey));
  return 'done';
end $$;

/* Gives a passkey of the person behind a live session another name; false: it is not theirs, or not there. */
create function identity.rename_passkey(p_session uuid, p_passkey uuid, p_name text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  update identity.passkey k set name = p_name
    where k.passkey_id = p_passkey and k.person_id = v_person and k.removed_at is null;
  return found;
end $$;

/* Removes a passkey of the person behind a live session; their other sessions end. False: it is not theirs, or not there. */
create function identity.remove_passkey(p_session uuid, p_passkey uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  delete from identity.passkey k where k.person_id = v_person and k.removed_at < now() - interval '10 minutes';
  update identity.passkey k set removed_at = now(), removed_in = p_session
    where k.passkey_id = p_passkey and k.person_id = v_person and k.removed_at is null;
  if not found then return false; end if;
  perform identity.revoke_other_sessions(p_session);
  perform audit.append_instance('person.passkey-removed', v_person, jsonb_build_object('session', p_session, 'passkey', p_passkey));
  return true;
end $$;

/* Takes a removal back within ten minutes, in the session that removed it. False: it cannot be. */
create function identity.restore_passkey(p_session uuid, p_passkey uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if (select count(*) from identity.passkey k where k.person_id = v_person and k.removed_at is null) >= 20 then return false; end if;
  update identity.passkey k set removed_at = null, removed_in = null
    where k.passkey_id = p_passkey and k.person_id = v_person and k.removed_in = p_session
      and k.removed_at > now() - interval '10 minutes';
  if not found then return false; end if;
  perform audit.append_instance('person.passkey-restored', v_person, jsonb_build_object('session', p_session, 'passkey', p_passkey));
  return true;
end $$;

/* Keeps the challenge of a browser in which somebody signs in. p_person: whose password was right; null: it was not asked for. */
create function identity.begin_passkey_sign_in(p_challenge_hash bytea, p_browser_hash bytea, p_person uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select identity.keep_challenge(p_challenge_hash, null, p_browser_hash, p_person)
$$;

/* What the authenticators of a person whose password was right are asked for. */
create function identity.credentials_of(p_person uuid) returns table (credential_id bytea, transports text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.credential_id, k.transports from identity.passkey k
  where k.person_id = p_person and k.removed_at is null and k.stopped_at is null order by k.added_at limit 20
$$;

/*
 * Takes the challenge that a browser answers, once, and hands out what the answer is checked against; nulls for a credential of nobody.
 * The attempt is counted first, by the limit of sign_in per address (one that succeeds is given back): there is no e-mail to count by.
 * is_fresh: the challenge was this browser's, and in time; password_person: as it began.
 */
create function identity.take_passkey_sign_in(p_challenge_hash bytea, p_browser_hash bytea, p_credential_id bytea, p_address inet)
returns table (retry_after_seconds int, is_fresh boolean, password_person uuid, passkey_id uuid, person_id uuid, email text,
  is_demo boolean, public_key bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_address text := 'address:' || identity.address_key(p_address);
  v_taken identity.passkey_challenge;
begin
  retry_after_seconds := identity.seconds_to_wait(v_address);
  if retry_after_seconds = 0 then
    perform identity.count_attempt(v_address, 50, 900, 30, 900);
    delete from identity.passkey_challenge c where c.challenge_hash = p_challenge_hash returning c.* into v_taken;
    is_fresh := coalesce(v_taken.browser_hash = p_browser_hash and v_taken.expires_at > now(), false);
    password_person := v_taken.person_id;
    select k.passkey_id, k.person_id, p.email, p.is_demo, k.public_key into passkey_id, person_id, email, is_demo, public_key
      from identity.passkey k join identity.person p on p.person_id = k.person_id
      where k.credential_id = p_credential_id and k.removed_at is null;
  end if;
  return next;
end $$;

/* Gives back the attempt that take_passkey_sign_in counted. */
create function identity.give_back_passkey_attempt(p_address inet) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update identity.sign_in_throttle t set failures = greatest(t.failures - 1, 0), blocked_until = least(t.blocked_until, now())
    where t.subject = 'address:' || identity.address_key(p_address)
$$;

/*
 * Opens a session of two factors for the person whom the context names (role set-up), whose passkey's signature was right. Its count is
 * compared and set here: one that does not grow, of an authenticator that counts, means that there are two of it, and stops the passkey.
 * Answers 'done', 'gone' (the passkey, or the membership), 'copied' (just now), 'stopped' (earlier).
 */
create function identity.open_session_by_passkey(p_session uuid, p_passkey uuid, p_sign_count bigint, p_is_synced boolean,
  p_has_password boolean, p_address inet, p_user_agent text, p_lifetime_seconds int)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_person uuid := app.context_part(3)::uuid;
  v_passkey identity.passkey;
  v_by text := case when p_has_password then 'password-and-passkey' else 'passkey' end;
begin
  if v_msp is null or v_person is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for a passkey' using errcode = '42501';
  end if;
  perform from identity.person p where p.person_id = v_person for update;
  select * into v_passkey from identity.passkey k
    where k.passkey_id = p_passkey and k.person_id = v_person and k.removed_at is null for update;
  if not found or v_msp is distinct from identity.msp_of_person(v_person) then return 'gone'; end if;
  if v_passkey.stopped_at is not null then return 'stopped'; end if;
  if p_sign_count <= v_passkey.sign_count and (p_sign_count > 0 or v_passkey.sign_count > 0) then
    update identity.passkey k set stopped_at = now() where k.passkey_id = p_passkey;
    perform audit.append_instance('person.passkey-stopped', v_person, jsonb_build_object('passkey', p_passkey));
    return 'copied';
  end if;
  update identity.passkey k set sign_count = p_sign_count, is_synced = p_is_synced, last_used_at = now()
    where k.passkey_id = p_passkey;
  insert into identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent, address, opened_by)
    values (p_session, v_person, v_msp, 2, clock_timestamp() + make_interval(secs => least(p_lifetime_seconds, 43200)),
      left(p_user_agent, 300), p_address, v_by);
  perform audit.append_instance('sign-in.accepted', v_person, jsonb_build_object('session', p_session, 'msp', v_msp, 'aal', 2,
    'by', v_by, 'passkey', p_passkey, 'address', host(p_address)));
  return 'done';
end $$;

-- What was there before, where a passkey is a second factor too.
create or replace function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz, grant_id uuid, period_from text, period_to text, purpose text, grant_expires_at timestamptz,
  granted_by_name text, owes text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role,
      case when m.role = 'auditor' then g.client_ids when m.role = 'leader' then coalesce(m.client_ids, '{}') else m.client_ids end,
      s.aal, s.expires_at, s.last_seen_at, g.grant_id, g.period_from::text, g.period_to::text, g.purpose, g.grant_expires_at,
      g.granted_by_name,
      case when s.opened_by = 'single-sign-on' then null
        when o.enforced_for = o.on_since and o.break_glass_person_id <> s.person_id and m.role not in ('leader', 'auditor') then 'sign-on'
        when s.aal < 2 and m.role = any (r.code_roles) then 'authenticator' end
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen, grant_id, period_from, period_to, purpose,
      grant_expires_at, granted_by_name, owes
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
    left join identity.single_sign_on o on o.msp_id = s.msp_id
    left join identity.sign_in_rule r on r.msp_id = s.msp_id
    left join lateral identity.live_grant(m.msp_id, m.person_id) g on m.role = 'auditor'
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
      and s.last_seen_at > now() - make_interval(secs => p_idle_seconds)
      and (p.totp_secret is null or s.aal >= 2 or s.opened_by = 'single-sign-on')
      and (m.role <> 'auditor' or (s.aal >= 2 and g.grant_id is not null));
  if not found then return; end if;
  if v_seen < now() - interval '1 minute' then
    update identity.user_session s set last_seen_at = now() where s.session_id = p_session;
  end if;
  return next;
end $$;

drop function identity.own_sign_on(uuid);
/* How whom a live session belongs to signs in, and whether the context's MSP has single sign-on. */
create function identity.own_sign_on(p_session uuid)
returns table (is_on boolean, linked_at timestamptz, has_password boolean, has_totp boolean, opened_by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.on_since is not null, i.linked_at, p.password_hash is not null, p.totp_secret is not null, s.opened_by
  from identity.user_session s
  join identity.person p on p.person_id = s.person_id
  left join identity.single_sign_on o on o.msp_id = s.msp_id
  left join identity.sign_on_identity i on i.msp_id = s.msp_id and i.person_id = s.person_id and i.issuer = o.issuer
  where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
$$;

-- Recovery codes stand in for codes of an authenticator, which who has a passkey need not have.
create or replace function identity.store_recovery_codes(p_session uuid, p_code_hashes bytea[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid := identity.person_of_session(p_session);
begin
  if v_person is null or cardinality(p_code_hashes) not between 1 and 20
    or not exists (select from identity.person p where p.person_id = v_person and p.totp_secret is not null)
    or not exists (select from identity.user_session s where s.session_id = p_session and s.aal = 2) then return false; end if;
  delete from identity.recovery_code c where c.person_id = v_person;
  insert into identity.recovery_code (person_id, code_hash) select v_person, h from unnest(p_code_hashes) h;
  perform audit.append_instance('person.recovery-codes-made', v_person,
    jsonb_build_object('session', p_session, 'count', cardinality(p_code_hashes)));
  return true;
end $$;

drop function identity.list_members();
/* The people of the context's MSP, those who were shut out last, by name, at most 1,000; nobody to a scope of single clients. */
create function identity.list_members()
returns table (person_id uuid, name text, email text, role text, client_ids uuid[], has_totp boolean, has_passkey boolean,
  signs_on boolean, last_sign_in_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, p.email, m.role, m.client_ids, p.totp_secret is not null,
    exists (select from identity.passkey k where k.person_id = p.person_id and k.removed_at is null and k.stopped_at is null),
    exists (select from identity.sign_on_identity i join identity.single_sign_on o on o.msp_id = i.msp_id and o.issuer = i.issuer
      where i.msp_id = m.msp_id and i.person_id = m.person_id and o.on_since is not null),
    (select max(s.created_at) from identity.user_session s where s.person_id = p.person_id and s.msp_id = m.msp_id),
    m.revoked_at
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and app.client_ok(null)
  order by m.revoked_at is not null, p.name, p.person_id limit 1000
$$;

/*
 * Sign-ins to the context's MSP, newest first, those before one of them (null: all), at most p_limit: of a person, who is the one whom the
 * context names; or of all its people (null), for its owner. how: 'password', 'code' (password and code), 'passkey',
 * 'password-and-passkey', 'single-sign-on'; null: refused, for the reason.
 */
create or replace function identity.list_sign_ins(p_person uuid, p_before uuid, p_limit int)
returns table (sign_in_id uuid, at timestamptz, person_id uuid, name text, email text, how text, reason text, address text,
  user_agent text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := coalesce(
    (select s.created_at from identity.user_session s where s.session_id = p_before and s.msp_id = app.msp_id()),
    (select r.at from identity.sign_in_refusal r where r.refusal_id = p_before));
begin
  if app.msp_id() is null or not (coalesce(p_person = app.context_part(3)::uuid, false)
    or (app.client_ok(null) and app.context_part(4) = 'owner')) then
    raise exception 'this context may not see these sign-ins' using errcode = '42501';
  end if;
  return query
    select e.id, e.at, e.person, p.name, p.email, e.how, e.reason, host(e.address), e.agent from (
      (select s.session_id as id, s.created_at as at, s.person_id as person,
          case when s.opened_by <> 'password' then s.opened_by when s.aal = 2 then 'code' else 'password' end as how,
          null::text as reason, s.address, s.user_agent as agent
        from identity.user_session s
        where s.msp_id = app.msp_id() and (p_person is null or s.person_id = p_person)
          and (v_before is null or (s.created_at, s.session_id) < (v_before, p_before))
        order by s.created_at desc, s.session_id desc limit p_limit)
      union all
      (select r.refusal_id, r.at, r.person_id, null, r.reason, r.address, null
        from identity.sign_in_refusal r
        join identity.membership m on m.person_id = r.person_id and m.msp_id = app.msp_id()
        where (p_person is null or r.person_id = p_person)
          and (v_before is null or (r.at, r.refusal_id) < (v_before, p_before))
        order by r.at desc, r.refusal_id desc limit p_limit)
    ) e join identity.person p on p.person_id = e.person
    order by e.at desc, e.id desc limit p_limit;
end $$;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted',
    'sign-on-linked', 'break-glass-used', 'passkey-added', 'passkey-removed', 'passkey-stopped'));

revoke all on function identity.keep_challenge(bytea, uuid, bytea, uuid), identity.list_passkeys(uuid),
  identity.begin_passkey(uuid, bytea), identity.take_passkey_challenge(uuid, bytea),
  identity.add_passkey(uuid, uuid, bytea, bytea, bigint, text[], text, boolean, boolean), identity.rename_passkey(uuid, uuid, text),
  identity.remove_passkey(uuid, uuid), identity.restore_passkey(uuid, uuid), identity.begin_passkey_sign_in(bytea, bytea, uuid),
  identity.credentials_of(uuid), identity.take_passkey_sign_in(bytea, bytea, bytea, inet), identity.give_back_passkey_attempt(inet),
  identity.open_session_by_passkey(uuid, uuid, bigint, boolean, boolean, inet, text, int), identity.own_sign_on(uuid),
  identity.list_members() from public;
grant execute on function identity.list_passkeys(uuid),
  identity.begin_passkey(uuid, bytea), identity.take_passkey_challenge(uuid, bytea),
  identity.add_passkey(uuid, uuid, bytea, bytea, bigint, text[], text, boolean, boolean), identity.rename_passkey(uuid, uuid, text),
  identity.remove_passkey(uuid, uuid), identity.restore_passkey(uuid, uuid), identity.begin_passkey_sign_in(bytea, bytea, uuid),
  identity.credentials_of(uuid), identity.take_passkey_sign_in(bytea, bytea, bytea, inet), identity.give_back_passkey_attempt(inet),
  identity.open_session_by_passkey(uuid, uuid, bigint, boolean, boolean, inet, text, int), identity.own_sign_on(uuid),
  identity.list_members() to holdfast_web;
grant execute on function identity.list_members() to holdfast_worker;
reset role;
