-- Leaders of clients: people who see their own company only, decide about accepted risks and may get a report each month.
set role holdfast_owner;

-- A leader without clients sees nothing: resolve_session answers none, never all.
alter table identity.membership drop constraint membership_role_check,
  add constraint membership_role_check check (role in ('owner', 'admin', 'technician', 'read-only', 'leader')),
  drop constraint membership_check,
  add constraint membership_check
    check (client_ids is null or (cardinality(client_ids) between 1 and 100 and role not in ('owner', 'admin'))),
  add column report_wanted_at timestamptz;               -- since when a leader wants the monthly report; null: does not
alter table identity.invitation drop constraint invitation_role_check,
  add constraint invitation_role_check check (role in ('owner', 'admin', 'technician', 'read-only', 'leader')),
  drop constraint invitation_check,
  add constraint invitation_check
    check (client_ids is null or (cardinality(client_ids) between 1 and 100 and role not in ('owner', 'admin'))),
  add constraint invitation_of_leader check (role <> 'leader' or client_ids is not null);

/*
 * Who is behind a session, read anew at each request: no row once it is expired, idle for p_idle_seconds, revoked, the membership
 * is revoked, or the person has since set up codes and the session was opened without one. client_ids null: every client of the
 * MSP, which no leader ever sees. Marks it as seen, at most once a minute.
 */
create or replace function identity.resolve_session(p_session uuid, p_idle_seconds int)
returns table (person_id uuid, name text, email text, msp_id uuid, role text, client_ids uuid[], aal smallint,
  expires_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen timestamptz;
begin
  select p.person_id, p.name, p.email, s.msp_id, m.role,
      case when m.role = 'leader' then coalesce(m.client_ids, '{}') else m.client_ids end, s.aal, s.expires_at, s.last_seen_at
    into person_id, name, email, msp_id, role, client_ids, aal, expires_at, v_seen
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

drop function identity.create_person(uuid, text, text, text, bytea, text, boolean);
/*
 * Makes a person and the membership of the context's MSP; false when the e-mail is taken. For the worker (demo) and for
 * set-up; a person may be made by owners and admins too, who grant no role above their own. p_client_ids null: every client.
 */
create function identity.create_person(p_person uuid, p_email text, p_name text, p_password_hash text,
  p_totp_secret bytea, p_role text, p_is_demo boolean, p_client_ids uuid[] default null)
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
  insert into identity.membership (msp_id, person_id, role, client_ids) values (v_msp, p_person, p_role, p_client_ids);
  perform audit.append_instance('person.created', p_person, jsonb_build_object('msp', v_msp, 'role', p_role));
  return true;
end $$;

/*
 * Says that the leader whom the context names wants the monthly report, or does not; answers whether that changed anything.
 * Nobody else than a leader gets one.
 */
create function identity.want_report(p_is_wanted boolean) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or app.context_part(4) is distinct from 'leader' then
    raise exception 'no sealed context of a leader' using errcode = '42501';
  end if;
  update identity.membership m set report_wanted_at = case when p_is_wanted then now() end
    where m.msp_id = app.msp_id() and m.person_id = app.context_part(3)::uuid and m.role = 'leader' and m.revoked_at is null
      and (m.report_wanted_at is null) = p_is_wanted;
  return found;
end $$;

/* Whether the leader whom the context names wants the monthly report. */
create function identity.wants_report() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.membership m
    where m.msp_id = app.msp_id() and m.person_id = app.context_part(3)::uuid and m.role = 'leader' and m.revoked_at is null
      and m.report_wanted_at is not null)
$$;

/* The leaders of the context's MSP (role worker) who want the monthly report, at most 10,000; the membership stays locked. */
create function identity.list_report_readers()
returns table (person_id uuid, name text, email text, client_ids uuid[], wanted_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or not app.client_ok(null) or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  return query select m.person_id, p.name, p.email, m.client_ids, m.report_wanted_at
    from identity.membership m join identity.person p on p.person_id = m.person_id
    where m.msp_id = app.msp_id() and m.role = 'leader' and m.revoked_at is null and m.report_wanted_at is not null
      and m.client_ids is not null
    order by m.person_id limit 10000;
end $$;

revoke all on function identity.create_person(uuid, text, text, text, bytea, text, boolean, uuid[]), identity.want_report(boolean),
  identity.wants_report(), identity.list_report_readers() from public;
grant execute on function identity.create_person(uuid, text, text, text, bytea, text, boolean, uuid[]) to holdfast_worker;
grant execute on function identity.want_report(boolean), identity.wants_report() to holdfast_web;
grant execute on function identity.list_report_readers() to holdfast_worker;

-- What a leader decided about risks that were accepted in their company's name: one decision for what was accepted at one go.
create table app.risk_decision (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  change_id uuid not null,                               -- the change that accepted them
  decision text not null check (decision in ('signed', 'declined')),
  comment text check (length(comment) between 1 and 2000),
  decided_by uuid not null,
  decided_by_name text not null check (length(decided_by_name) between 1 and 200),
  decided_at timestamptz not null,
  primary key (msp_id, client_id, change_id),
  foreign key (msp_id, client_id) references app.client
);

-- Which monthly report went to whom: written with its mail, so that it goes out once.
create table app.monthly_report (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  person_id uuid not null,
  month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
  mail_id uuid not null,
  put_at timestamptz not null,
  primary key (msp_id, client_id, person_id, month),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, mail_id) references app.mail_outbox
);

do $$
declare t text;
begin
  foreach t in array array['risk_decision', 'monthly_report'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select, insert on app.risk_decision to holdfast_web;
grant select, insert on app.monthly_report to holdfast_worker;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed',
    'authenticator-changed', 'recovery-codes-made', 'sign-in-locked', 'evidence-note', 'monthly-report'));
reset role;
