-- The auditor's room: grants that let a named person see evidence of some clients and a period until they end, what that person
-- draws and asks, and what the MSP answers.
set role holdfast_owner;

alter table identity.membership drop constraint membership_role_check,
  add constraint membership_role_check check (role in ('owner', 'admin', 'technician', 'read-only', 'leader', 'auditor'));
alter table identity.invitation drop constraint invitation_role_check,
  add constraint invitation_role_check check (role in ('owner', 'admin', 'technician', 'read-only', 'leader', 'auditor'));

-- Who is let in to what, until when. Looked up with a session, before row security has anybody to ask for.
create table identity.evidence_grant (
  grant_id uuid primary key,
  msp_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  email text not null check (email = lower(email) and length(email) <= 254),
  person_id uuid references identity.person,             -- null: has not accepted the invitation yet
  invitation_id uuid references identity.invitation,     -- null: the person was here already
  client_ids uuid[] not null check (cardinality(client_ids) between 1 and 100),
  period_from date not null,                             -- first and last day, each in the client's own zone
  period_to date not null,
  purpose text not null check (length(purpose) between 1 and 500),
  granted_by uuid not null,
  granted_by_name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by uuid,
  check (period_to >= period_from and period_to <= period_from + 3660),
  check (expires_at > created_at)
);
create index evidence_grant_by_msp on identity.evidence_grant (msp_id, created_at);
create index evidence_grant_by_person on identity.evidence_grant (person_id, msp_id);
create unique index evidence_grant_open on identity.evidence_grant (msp_id, email) where revoked_at is null;

/* The grant by which an auditor sees evidence now; no row: none does. */
create function identity.live_grant(p_msp uuid, p_person uuid)
returns table (grant_id uuid, client_ids uuid[], period_from date, period_to date, purpose text, grant_expires_at timestamptz,
  granted_by_name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select g.grant_id, g.client_ids, g.period_from, g.period_to, g.purpose, g.expires_at, g.granted_by_name
  from identity.evidence_grant g
  where g.msp_id = p_msp and g.person_id = p_person and g.revoked_at is null and g.expires_at > clock_timestamp()
  order by g.created_at desc limit 1
$$;

/*
 * Who is behind a session, read anew at each request: no row once it is expired, idle for p_idle_seconds, revoked, the membership
 * is revoked, or the person has since set up codes and the session was opened without one. An auditor is nobody without a second
 * factor, and without a grant that is neither revoked nor expired; the clients are the grant's. client_ids null: every client of the
 * MSP, which no leader and no auditor ever sees. Marks it as seen, at most once a minute.
 */
drop function identity.resolve_session(uuid, int);
create function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz, grant_id uuid, period_from text, period_to text, purpose text, grant_expires_at timestamptz,
  granted_by_name text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role,
      case when m.role = 'auditor' then g.client_ids when m.role = 'leader' then coalesce(m.client_ids, '{}') else m.client_ids end,
      s.aal, s.expires_at, s.last_seen_at, g.grant_id, g.period_from::text, g.period_to::text, g.purpose, g.grant_expires_at,
      g.granted_by_name
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen, grant_id, period_from, period_to, purpose,
      grant_expires_at, granted_by_name
    from identity.user_session s
    join identity.person p on p.person_id = s.person_id
    join identity.membership m on m.msp_id = s.msp_id and m.person_id = s.person_id and m.revoked_at is null
    left join lateral identity.live_grant(m.msp_id, m.person_id) g on m.role = 'auditor'
    where s.session_id = p_session and s.revoked_at is null and s.expires_at > now()
      and s.last_seen_at > now() - make_interval(secs => p_idle_seconds)
      and (p.totp_secret is null or s.aal >= 2)
      and (m.role <> 'auditor' or (s.aal >= 2 and g.grant_id is not null));
  if not found then return; end if;
  if v_seen < now() - interval '1 minute' then
    update identity.user_session s set last_seen_at = now() where s.session_id = p_session;
  end if;
  return next;
end $$;

/* Whether a person is an auditor whose every grant is over: told to who gave the right password and code, and nobody else. */
create function identity.has_ended_grant(p_person uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.membership m where m.person_id = p_person and m.revoked_at is null and m.role = 'auditor'
      and m.msp_id = identity.msp_of_person(p_person)
      and not exists (select from identity.live_grant(m.msp_id, m.person_id)))
$$;

/* Whether the context may manage grants of its MSP. */
create function identity.may_manage_grants() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(null) and coalesce(app.context_part(4) in ('owner', 'admin', 'worker'), false)
$$;

/*
 * Makes a grant of the context's MSP. For an e-mail that is nobody's here with an invitation of this hash; for an auditor who was
 * here before it holds at once. Answers 'invited', 'granted', 'granted-before' (a grant of that e-mail is open: extend or revoke it),
 * 'member' (one of the MSP's people or a client's leader), 'not-found' (one of the clients).
 */
create function identity.make_grant(p_grant uuid, p_name text, p_email text, p_client_ids uuid[], p_from date, p_to date,
  p_purpose text, p_expires timestamptz, p_by_name text, p_invitation uuid, p_token_hash bytea, p_token_expires timestamptz)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person uuid;
  v_role text;
  v_revoked timestamptz;
begin
  if not identity.may_manage_grants() then raise exception 'this context may not grant' using errcode = '42501'; end if;
  perform from identity.membership m where m.msp_id = app.msp_id() order by m.person_id for update;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> cardinality(p_client_ids) then return 'not-found'; end if;
  select m.person_id, m.role, m.revoked_at into v_person, v_role, v_revoked
    from identity.membership m join identity.person p on p.person_id = m.person_id
    where m.msp_id = app.msp_id() and p.email = p_email;
  if v_role is not null and (v_role <> 'auditor' or v_revoked is not null) then return 'member'; end if;
  -- What ran out makes room; what was granted stays as it was.
  update identity.evidence_grant g set revoked_at = g.expires_at
    where g.msp_id = app.msp_id() and g.email = p_email and g.revoked_at is null and g.expires_at <= clock_timestamp();
  if exists (select from identity.evidence_grant g where g.msp_id = app.msp_id() and g.email = p_email and g.revoked_at is null) then
    return 'granted-before';
  end if;
  if v_person is null then
    update identity.invitation i set revoked_at = now()
      where i.msp_id = app.msp_id() and i.email = p_email and i.role = 'auditor' and i.accepted_at is null and i.revoked_at is null;
    insert into identity.invitation (invitation_id, msp_id, email, role, client_ids, token_hash, invited_by, expires_at)
      values (p_invitation, app.msp_id(), p_email, 'auditor', p_client_ids, p_token_hash, app.context_part(3)::uuid, p_token_expires)
      on conflict (msp_id, email) where accepted_at is null and revoked_at is null do nothing;
    if not found then return 'member'; end if;
  end if;
  insert into identity.evidence_grant (grant_id, msp_id, name, email, person_id, invitation_id, client_ids, period_from, period_to,
      purpose, granted_by, granted_by_name, expires_at)
    values (p_grant, app.msp_id(), p_name, p_email, v_person, case when v_person is null then p_invitation end, p_client_ids, p_from,
      p_to, p_purpose, coalesce(app.context_part(3)::uuid, p_grant), p_by_name, p_expires);
  return case when v_person is null then 'invited' else 'granted' end;
end $$;

/* Lets a grant of the context's MSP end at another instant, which may be sooner; false: there is none, or it was revoked. */
create function identity.extend_grant(p_grant uuid, p_expires timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_manage_grants() then raise exception 'this context may not grant' using errcode = '42501'; end if;
  update identity.evidence_grant g set expires_at = p_expires
    where g.grant_id = p_grant and g.msp_id = app.msp_id() and g.revoked_at is null;
  return found;
end $$;

/*
 * Ends a grant of the context's MSP, with every session of the person there and an invitation that nobody accepted; answers the
 * invitation or, where there is none, the grant. Null: no such grant, or it was revoked.
 */
create function identity.revoke_grant(p_grant uuid) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_grant identity.evidence_grant;
begin
  if not identity.may_manage_grants() then raise exception 'this context may not grant' using errcode = '42501'; end if;
  update identity.evidence_grant g set revoked_at = clock_timestamp(), revoked_by = app.context_part(3)::uuid
    where g.grant_id = p_grant and g.msp_id = app.msp_id() and g.revoked_at is null returning * into v_grant;
  if not found then return null; end if;
  update identity.invitation i set revoked_at = now()
    where i.invitation_id = v_grant.invitation_id and i.accepted_at is null and i.revoked_at is null;
  update identity.user_session s set revoked_at = now()
    where s.person_id = v_grant.person_id and s.msp_id = app.msp_id() and s.revoked_at is null;
  return coalesce(v_grant.invitation_id, v_grant.grant_id);
end $$;

/* The grants of the context's MSP, newest first, at most 1,000. */
create function identity.list_grants()
returns table (grant_id uuid, name text, email text, person_id uuid, client_ids uuid[], period_from text, period_to text, purpose text,
  granted_by_name text, created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_sign_in_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.grant_id, g.name, g.email, g.person_id, g.client_ids, g.period_from::text, g.period_to::text, g.purpose, g.granted_by_name,
    g.created_at, g.expires_at, g.revoked_at,
    (select max(s.created_at) from identity.user_session s where s.person_id = g.person_id and s.msp_id = g.msp_id)
  from identity.evidence_grant g
  where g.msp_id = app.msp_id() and identity.may_manage_grants()
  order by g.created_at desc, g.grant_id limit 1000
$$;

/* An auditor's role is given and taken by grants alone. */
create or replace function identity.may_invite(p_role text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(null) and p_role <> 'auditor'
    and coalesce(app.context_part(4) in ('owner', 'admin') and (app.context_part(4) = 'owner' or p_role <> 'owner'), false)
$$;
create or replace function identity.change_member(p_person uuid, p_role text, p_client_ids uuid[]) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_answer text := identity.may_change_member(p_person);
begin
  if v_answer <> 'yes' then return v_answer; end if;
  if p_role = 'owner' and app.context_part(4) <> 'owner' then return 'above'; end if;
  if p_role <> 'owner' and not identity.has_other_owner(p_person) then return 'last-owner'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return 'not-found'; end if;
  update identity.membership m set role = p_role, client_ids = p_client_ids,
      report_wanted_at = case when p_role = 'leader' then m.report_wanted_at end
    where m.msp_id = app.msp_id() and m.person_id = p_person and m.revoked_at is null and m.role <> 'auditor'
      and p_role <> 'auditor';
  if not found then return 'not-found'; end if;
  return 'done';
end $$;

/*
 * Spends a link on a person and their membership, both named by the sealed context (role set-up). Exactly one of any number of
 * parallel callers wins. The grant that an auditor was invited for becomes theirs. Answers 'done', 'gone' (spent, revoked, run out,
 * or another MSP's), 'taken' (the e-mail has an account).
 */
create or replace function identity.accept_invitation(p_token_hash bytea, p_name text, p_password_hash text, p_totp_secret bytea,
  p_totp_step bigint)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_invitation identity.invitation;
  v_person uuid := app.context_part(3)::uuid;
begin
  if app.msp_id() is null or v_person is null or app.context_part(4) is distinct from 'set-up' then
    raise exception 'no sealed context for accepting' using errcode = '42501';
  end if;
  if p_totp_secret is null or p_totp_step is null then raise exception 'codes must be set up' using errcode = '23502'; end if;
  select * into v_invitation from identity.invitation i
    where i.token_hash = p_token_hash and i.msp_id = app.msp_id() and i.accepted_at is null and i.revoked_at is null
      and i.expires_at > now()
    for update;
  if not found then return 'gone'; end if;
  insert into identity.person (person_id, email, name, password_hash, totp_secret, totp_last_step)
    values (v_person, v_invitation.email, p_name, p_password_hash, p_totp_secret, p_totp_step) on conflict (email) do nothing;
  if not found then return 'taken'; end if;
  update identity.invitation i set accepted_at = now() where i.invitation_id = v_invitation.invitation_id;
  insert into identity.membership (msp_id, person_id, role, client_ids)
    values (v_invitation.msp_id, v_person, v_invitation.role, v_invitation.client_ids);
  update identity.evidence_grant g set person_id = v_person where g.invitation_id = v_invitation.invitation_id;
  perform audit.append_instance('invitation.accepted', v_person,
    jsonb_build_object('msp', v_invitation.msp_id, 'invitation', v_invitation.invitation_id, 'role', v_invitation.role));
  return 'done';
end $$;

revoke all on function identity.live_grant(uuid, uuid), identity.resolve_session(uuid, int), identity.has_ended_grant(uuid),
  identity.may_manage_grants(), identity.make_grant(uuid, text, text, uuid[], date, date, text, timestamptz, text, uuid, bytea, timestamptz),
  identity.extend_grant(uuid, timestamptz), identity.revoke_grant(uuid), identity.list_grants() from public;
grant execute on function identity.resolve_session(uuid, int), identity.has_ended_grant(uuid),
  identity.make_grant(uuid, text, text, uuid[], date, date, text, timestamptz, text, uuid, bytea, timestamptz),
  identity.extend_grant(uuid, timestamptz), identity.revoke_grant(uuid), identity.list_grants() to holdfast_web;
grant execute on function
  identity.make_grant(uuid, text, text, uuid[], date, date, text, timestamptz, text, uuid, bytea, timestamptz) to holdfast_worker;

-- A sample that an auditor drew from one client's population. The seed stands in the log before anything is drawn by it.
create table app.evidence_sample (
  msp_id uuid not null references app.msp,
  sample_id uuid not null,
  client_id uuid not null,
  grant_id uuid not null,
  population text not null check (population in ('restore-tests', 'checks', 'runs', 'expected-runs', 'verdict-changes')),
  seed text not null check (length(seed) between 1 and 100),
  size int not null check (size between 1 and 500),
  population_count int not null check (population_count >= 0),
  population_sha256 text not null check (population_sha256 ~ '^[0-9a-f]{64}$'),
  population_gzip bytea not null check (octet_length(population_gzip) <= 8388608), -- the list itself, one key a line
  seeded_at timestamptz not null,
  drawn_at timestamptz,                                  -- null: the seed is logged, and nothing was drawn
  drawn_keys text[] not null default '{}',
  drawn_by uuid not null,
  primary key (msp_id, sample_id),
  foreign key (msp_id, client_id) references app.client
);
create index evidence_sample_by_grant on app.evidence_sample (msp_id, grant_id, seeded_at desc, client_id);

-- What is asked and answered about one thing, in order. Never changed.
create table app.evidence_message (
  msp_id uuid not null references app.msp,
  message_id uuid not null,
  client_id uuid not null,
  grant_id uuid not null,
  item_kind text not null check (item_kind in ('clause', 'restore-tests', 'checks', 'runs', 'expected-runs', 'verdict-changes')),
  item_key text not null check (length(item_key) between 1 and 100),
  item_name text not null check (length(item_name) between 1 and 300),
  side text not null check (side in ('auditor', 'msp')),
  text text not null check (length(text) between 1 and 4000),
  person_id uuid not null,
  person_name text not null check (length(person_name) between 1 and 200),
  at timestamptz not null,
  primary key (msp_id, message_id),
  foreign key (msp_id, client_id) references app.client
);
create index evidence_message_by_item on app.evidence_message (msp_id, grant_id, item_kind, item_key, at, client_id);

do $$
declare t text;
begin
  foreach t in array array['evidence_sample', 'evidence_message'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.evidence_sample, app.evidence_message to holdfast_web;
grant update (drawn_at, drawn_keys) on app.evidence_sample to holdfast_web;

-- What the room lists by time, of one client.
create index restore_test_by_client on app.restore_test (msp_id, client_id, ended_at);
create index expectation_by_client on app.expectation (msp_id, client_id, due_at);

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report', 'evidence-granted'));
reset role;
