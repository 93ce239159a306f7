-- The identity plane's functions: the only way in for programs, which have no rights on its tables. Each pins its
-- search path, is revoked from public and granted to exactly the roles that need it.
-- Locks are taken in one order: throttle rows (address, account, pair), set-up code, person, session, instance audit chain.
set role holdfast_owner;

-- Failures are counted per e-mail as typed, known or not, so that both behave alike.
alter table identity.person drop column failed_attempts, drop column locked_until;
-- Accounts that are printed for whoever starts a demo sign in on that machine only.
alter table identity.person add column is_demo boolean not null default false;

-- subject: 'address:…' | 'account:<sha256 of e-mail>' | 'pair:<sha256 of e-mail>:<address>'.
create table identity.sign_in_throttle (
  subject text primary key check (length(subject) <= 200),
  failures int not null check (failures >= 0),
  window_started_at timestamptz not null,
  blocked_until timestamptz not null
);
create index sign_in_throttle_by_age on identity.sign_in_throttle (window_started_at);
create index user_session_by_address on identity.user_session (person_id, address);

/* Seconds until a subject may try again (0: now); its row stays locked until commit. */
create function identity.seconds_to_wait(p_subject text) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v_until timestamptz;
begin
  insert into identity.sign_in_throttle values (p_subject, 0, now(), now()) on conflict do nothing;
  select t.blocked_until into v_until from identity.sign_in_throttle t where t.subject = p_subject for update;
  return greatest(ceil(extract(epoch from v_until - clock_timestamp())), 0)::int;
end $$;

/*
 * Counts one attempt. Up to p_free attempts pass in a window of p_window seconds; from then on each makes the next
 * wait p_base, 2·p_base, 4·p_base … up to p_max seconds.
 */
create function identity.count_attempt(p_subject text, p_free int, p_window int, p_base int, p_max int) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_failures int;
begin
  update identity.sign_in_throttle t
    set failures = case when t.window_started_at < v_now - make_interval(secs => p_window) then 1 else t.failures + 1 end,
      window_started_at = case when t.window_started_at < v_now - make_interval(secs => p_window) then v_now
        else t.window_started_at end
    where t.subject = p_subject returning t.failures into v_failures;
  if v_failures >= p_free then
    update identity.sign_in_throttle t set blocked_until = v_now
      + make_interval(secs => least(p_max, p_base * power(2, least(v_failures - p_free, 20))))
      where t.subject = p_subject;
  end if;
end $$;

/* IPv4 addresses one by one, IPv6 by /64, which one customer holds. */
create function identity.address_key(p_address inet) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_address is null then 'unknown'
    when family(p_address) = 6 then host(network(set_masklen(p_address, 64)))
    else host(p_address) end
$$;

create function identity.email_key(p_email text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(p_email, 'utf8')), 'hex')
$$;

/*
 * Begins a sign-in: counts the attempt before the password is looked at, so that parallel guesses cannot slip past (a
 * sign-in that succeeds gives it back), then hands out what the password is checked against. Always one row; nulls for
 * an unknown e-mail. retry_after_seconds > 0: refused unseen and not counted, so a wait never grows beyond its limit
 * by being tried again. Three limits:
 *   one e-mail from one address: 5 free in a day, then 2 s doubling to 15 min;
 *   one address, all e-mails:    50 in 15 min, then 30 s doubling to 15 min;
 *   one e-mail, all addresses:   50 in an hour, then 30 s doubling to 15 min. An address from which that person signed
 *                                in during the last 90 days is exempt, so strangers cannot lock anybody out.
 */
create function identity.begin_sign_in(p_email text, p_address inet)
returns table (retry_after_seconds int, person_id uuid, is_demo boolean, password_hash text, totp_secret bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person identity.person;
  v_address text := 'address:' || identity.address_key(p_address);
  v_account text := 'account:' || identity.email_key(p_email);
  v_pair text := 'pair:' || identity.email_key(p_email) || ':' || identity.address_key(p_address);
  v_is_familiar boolean;
  v_wait int;
begin
  select * into v_person from identity.person p where p.email = p_email;
  v_is_familiar := exists (select from identity.user_session s where s.person_id = v_person.person_id
    and s.address = p_address and s.created_at > now() - interval '90 days');
  v_wait := identity.seconds_to_wait(v_address);
  if not v_is_familiar then v_wait := greatest(v_wait, identity.seconds_to_wait(v_account)); end if;
  v_wait := greatest(v_wait, identity.seconds_to_wait(v_pair));
  delete from identity.sign_in_throttle where subject in (
    select t.subject from identity.sign_in_throttle t where t.window_started_at < now() - interval '2 days'
      and t.subject not in (v_address, v_account, v_pair)
    order by t.window_started_at limit 20 for update skip locked);
  if v_wait > 0 then
    return query select v_wait, null::uuid, null::boolean, null::text, null::bytea;
  else
    perform identity.count_attempt(v_address, 50, 900, 30, 900);
    if not v_is_familiar then perform identity.count_attempt(v_account, 50, 3600, 30, 900); end if;
    perform identity.count_attempt(v_pair, 5, 86400, 2, 900);
    return query select 0, v_person.person_id, v_person.is_demo, v_person.password_hash, v_person.totp_secret;
  end if;
end $$;

/* Gives back the attempt that begin_sign_in counted: the password was right and only the code is still to come, or all was right. */
create function identity.give_back_attempt(p_email text, p_address inet, p_has_signed_in boolean) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_address text := identity.address_key(p_address);
  v_email text := identity.email_key(p_email);
begin
  update identity.sign_in_throttle set failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, now())
    where subject = 'address:' || v_address;
  update identity.sign_in_throttle set failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, now())
    where subject = 'account:' || v_email;
  update identity.sign_in_throttle
    set failures = case when p_has_signed_in then 0 else greatest(failures - 1, 0) end, blocked_until = least(blocked_until, now())
    where subject = 'pair:' || v_email || ':' || v_address;
end $$;

/* Records a refused sign-in. The e-mail as typed is not kept: people type passwords into that field. */
create function identity.record_refusal(p_person uuid, p_reason text, p_address inet) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.append_instance('sign-in.refused', p_person,
    jsonb_build_object('reason', p_reason, 'address', host(p_address)));
end $$;

/*
 * Opens a session for a person whose password was right. With a TOTP secret set up, p_totp_step is the time step of
 * the code that matched: it is accepted once (compare and set), and the session has aal 2; nobody with a secret gets a session
 * without. Null result: step used before, no membership, or no such person.
 */
create function identity.open_session(p_session uuid, p_person uuid, p_totp_step bigint, p_address inet, p_user_agent text,
  p_lifetime_seconds int)
returns table (msp_id uuid, aal smallint, expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid;
  v_has_totp boolean;
  v_aal smallint := 1;
  v_expires timestamptz := clock_timestamp() + make_interval(secs => least(p_lifetime_seconds, 43200));
begin
  select p.totp_secret is not null into v_has_totp from identity.person p where p.person_id = p_person for update;
  if not found then return; end if;
  select m.msp_id into v_msp from identity.membership m
    where m.person_id = p_person and m.revoked_at is null order by m.created_at, m.msp_id limit 1;
  if v_msp is null then return; end if;
  if v_has_totp then
    update identity.person p set totp_last_step = p_totp_step
      where p.person_id = p_person and p.totp_last_step < p_totp_step;
    if not found then return; end if;
    v_aal := 2;
  end if;
  insert into identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent, address)
    values (p_session, p_person, v_msp, v_aal, v_expires, left(p_user_agent, 300), p_address);
  perform audit.append_instance('sign-in.accepted', p_person,
    jsonb_build_object('session', p_session, 'msp', v_msp, 'aal', v_aal, 'address', host(p_address)));
  return query select v_msp, v_aal, v_expires;
end $$;

/*
 * Who is behind a session, read anew at each request: no row once it is expired, idle for p_idle_seconds, revoked, the membership
 * is revoked, or the person has since set up codes and the session was opened without one. Marks it as seen, at most once a minute.
 */
create function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, aal smallint, expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role, s.aal, s.expires_at, s.last_seen_at
    into person_id, name, email, msp_id, role, aal, expires_at, v_seen
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
      and s.last_seen_at > now() - make_interval(secs => p_idle_seconds)
      and (p.totp_secret is null or s.aal >= 2);
  if not found then return; end if;
  if v_seen < now() - interval '1 minute' then
    update identity.user_session s set last_seen_at = now() where s.session_id = p_session;
  end if;
  return next;
end $$;

/* Ends one session; false when it was over already. */
create function identity.revoke_session(p_session uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid;
begin
  update identity.user_session s set revoked_at = now() where s.session_id = p_session and s.revoked_at is null
    returning s.person_id into v_person;
  if v_person is null then return false; end if;
  perform audit.append_instance('session.revoked', v_person, jsonb_build_object('session', p_session, 'scope', 'one'));
  return true;
end $$;

/* Ends every session of the person behind a live session, that one too; returns how many. */
create function identity.revoke_all_sessions(p_session uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person uuid;
  v_count int;
begin
  select s.person_id into v_person from identity.user_session s
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now();
  if v_person is null then return 0; end if;
  perform from identity.person p where p.person_id = v_person for update;
  update identity.user_session s set revoked_at = now() where s.person_id = v_person and s.revoked_at is null;
  get diagnostics v_count = row_count;
  perform audit.append_instance('session.revoked', v_person, jsonb_build_object('scope', 'all', 'count', v_count));
  return v_count;
end $$;

/* The live sessions of the person behind a live session, newest first, at most 100. */
create function identity.list_sessions(p_session uuid, p_idle_seconds int)
returns table (session_id uuid, created_at timestamptz, last_seen_at timestamptz, address text, user_agent text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.session_id, o.created_at, o.last_seen_at, host(o.address), o.user_agent
  from identity.user_session s
  join identity.user_session o on o.person_id = s.person_id
  where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
    and o.revoked_at is null and o.expires_at > now() and o.last_seen_at > now() - make_interval(secs => p_idle_seconds)
  order by o.created_at desc limit 100
$$;

/* The people of the context's MSP, by name, at most 1,000. */
create function identity.list_members()
returns table (person_id uuid, name text, email text, role text, has_totp boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.person_id, p.name, p.email, m.role, p.totp_secret is not null
  from identity.membership m join identity.person p on p.person_id = m.person_id
  where m.msp_id = app.msp_id() and m.revoked_at is null
  order by p.name, p.person_id limit 1000
$$;

/*
 * Makes a person and the membership of the context's MSP; false when the e-mail is taken. For the worker (demo) and for
 * set-up; a person may be made by owners and admins too, who grant no role above their own.
 */
create function identity.create_person(p_person uuid, p_email text, p_name text, p_password_hash text, p_totp_secret bytea,
  p_role text, p_is_demo boolean)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_by text := app.context_part(4);
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  if v_by not in ('worker', 'set-up', 'owner', 'admin') or (v_by = 'admin' and p_role = 'owner') then
    raise exception 'this context may not make such a person' using errcode = '42501';
  end if;
  insert into identity.person (person_id, email, name, password_hash, totp_secret, is_demo)
    values (p_person, p_email, p_name, p_password_hash, p_totp_secret, p_is_demo) on conflict (email) do nothing;
  if not found then return false; end if;
  insert into identity.membership (msp_id, person_id, role) values (v_msp, p_person, p_role);
  perform audit.append_instance('person.created', p_person, jsonb_build_object('msp', v_msp, 'role', p_role));
  return true;
end $$;

/* Whether anybody exists; then set-up is over for ever. */
create function identity.is_set_up() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.person) or exists (select from identity.setup_code c where c.used_at is not null)
$$;

/* Keeps the hash of a new set-up code in place of an unused one; false once anybody exists. Only the migrator may call it. */
create function identity.store_set_up_code(p_code_hash bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if identity.is_set_up() then return false; end if;
  insert into identity.setup_code (code_hash) values (p_code_hash)
    on conflict (singleton) do update set code_hash = excluded.code_hash, created_at = now()
    where identity.setup_code.used_at is null;
  if not found then return false; end if;
  perform audit.append_instance('set-up.code-made', null, '{}'::jsonb);
  return true;
end $$;

/*
 * Spends the set-up code on the first MSP and its owner, both named by the sealed context (role set-up). Exactly one of
 * any number of parallel callers wins. False: wrong code, or set up already.
 */
create function identity.complete_set_up(p_code_hash bytea, p_msp_name text, p_time_zone text, p_email text, p_name text,
  p_password_hash text, p_totp_secret bytea, p_totp_step bigint)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_person uuid := app.context_part(3)::uuid;
begin
  if v_msp is null or v_person is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for set-up' using errcode = '42501';
  end if;
  update identity.setup_code c set used_at = now() where c.used_at is null and c.code_hash = p_code_hash;
  if not found then return false; end if;
  if exists (select from identity.person) then return false; end if;
  insert into app.msp (msp_id, name, time_zone) values (v_msp, p_msp_name, p_time_zone);
  insert into identity.person (person_id, email, name, password_hash, totp_secret, totp_last_step)
    values (v_person, p_email, p_name, p_password_hash, p_totp_secret, coalesce(p_totp_step, 0));
  insert into identity.membership (msp_id, person_id, role) values (v_msp, v_person, 'owner');
  perform audit.append_instance('set-up.completed', v_person, jsonb_build_object('msp', v_msp));
  return true;
end $$;

revoke all on all functions in schema identity from public;
grant execute on function
  identity.begin_sign_in(text, inet),
  identity.give_back_attempt(text, inet, boolean),
  identity.record_refusal(uuid, text, inet),
  identity.open_session(uuid, uuid, bigint, inet, text, int),
  identity.resolve_session(uuid, int),
  identity.revoke_session(uuid),
  identity.revoke_all_sessions(uuid),
  identity.list_sessions(uuid, int),
  identity.list_members(),
  identity.is_set_up(),
  identity.complete_set_up(bytea, text, text, text, text, text, bytea, bigint)
  to holdfast_web;
grant execute on function
  identity.create_person(uuid, text, text, text, bytea, text, boolean),
  identity.list_members(),
  identity.is_set_up()
  to holdfast_worker;
reset role;
