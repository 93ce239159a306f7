-- How long an MSP keeps what it took in, and what removes it afterwards. docs/decisions/retention.md.
set role holdfast_owner;

-- How many months of each kind an MSP keeps, where it chose otherwise than app.keep_months says: null where it did not. The bounds are those of
-- domain/keeping/keep-terms.ts.
create table app.keep_term (
  msp_id uuid not null references app.msp,
  report_months int check (report_months between 3 and 120),
  aside_months int check (aside_months between 1 and 120),
  notification_months int check (notification_months between 3 and 120),
  mail_months int check (mail_months between 1 and 120),
  sign_in_months int check (sign_in_months between 6 and 120),
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (msp_id)
);
alter table app.keep_term enable row level security;
alter table app.keep_term force row level security;
create policy tenant on app.keep_term using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update on app.keep_term to holdfast_web;
grant select on app.keep_term to holdfast_worker;

-- What stays of a report whose bytes were deleted: its row with hash, signature, times and number, so that its day's seal proves it as before.
alter table app.raw_report
  add column body_deleted_at timestamptz,
  add column body_bytes int,                             -- how many there were
  add column body_kept_months int,                       -- the term by which they went
  add column cited_at timestamptz;                       -- since when evidence cites it, which nothing else tells: its bytes stay
-- Holds of every row that is there, whose columns are all null: looking at each would lock the table for as long.
alter table app.raw_report add constraint raw_report_deleted_check check (
  (body_deleted_at is null) = (body_bytes is null) and (body_deleted_at is null) = (body_kept_months is null)
  and (body_deleted_at is null or octet_length(body) = 0)) not valid;
create index raw_report_with_body on app.raw_report (msp_id, received_at) where body_deleted_at is null;

-- Names of runs are found by their time when their month goes.
create index run_identity_by_time on app.run_identity using brin (msp_id, occurred_at);

/* How many months of a kind the context's MSP keeps. */
create function app.keep_months(p_kind text) returns int
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select case p_kind when 'reports' then k.report_months when 'aside' then k.aside_months
      when 'notifications' then k.notification_months when 'mails' then k.mail_months when 'sign-ins' then k.sign_in_months end
    from app.keep_term k where k.msp_id = app.msp_id()), 13)
$$;

/* What is from before this goes where so many months are kept: a month (UTC) goes as a whole. */
create function app.kept_from(p_months int) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp as $$
  select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => p_months)) at time zone 'UTC'
$$;

/*
 * Reports of the context's MSP in a state of the inbox from before p_before whose bytes nothing needs any more, oldest first, at most p_limit
 * (null: all). Needed are those on which something stands that is there now, that evidence cites, and all of a client under legal hold.
 */
create function app.removable_reports(p_state text, p_before timestamptz, p_limit int)
returns table (raw_report_id uuid, received_at timestamptz, size_bytes int)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_msp uuid := app.msp_id();
begin
  return query
    with needed as materialized (
      select t.raw_report_id as id from app.restore_test t where t.msp_id = v_msp and t.raw_report_id is not null
      union select v.raw_report_id from app.verification v where v.msp_id = v_msp
      union select p.raw_report_id from app.recovery_point p where p.msp_id = v_msp and p.vanished_at is null
      union select unnest(array[o.attributes_report_id, o.last_attempt_report_id, o.last_listing_report_id])
        from app.repository o where o.msp_id = v_msp
      union select f.raw_report_id from app.finding f where f.msp_id = v_msp and f.closed_at is null and f.raw_report_id is not null
      union select g.raw_report_id from app.retention_rule g where g.msp_id = v_msp
      union select g.raw_report_id from app.reported_problem g where g.msp_id = v_msp
      union select y.named_by_report_id from app.system y where y.msp_id = v_msp and y.named_by_report_id is not null
      union select m.example_report_id from app.message_rule m where m.msp_id = v_msp and m.example_report_id is not null
      union select h.raw_report_id from app.history_import h
        where h.msp_id = v_msp and h.raw_report_id is not null and h.withdrawn_at is null
    )
    select r.raw_report_id, r.received_at, octet_length(r.body)
    from app.raw_report r
    join app.inbox i on i.msp_id = v_msp and i.raw_report_id = r.raw_report_id and i.state = p_state
    where r.msp_id = v_msp and r.received_at < p_before and r.body_deleted_at is null and r.cited_at is null
      and not exists (select from app.legal_hold h where h.msp_id = v_msp and h.client_id = r.client_id and h.withdrawn_at is null)
      and not exists (select from needed n where n.id = r.raw_report_id)
    order by r.received_at, r.raw_report_id limit p_limit;
end $$;

/* Notifications of the context's MSP that are over, from before p_before, that still say something, and of no client under legal hold. */
create function app.removable_notifications(p_before timestamptz)
returns table (notification_id uuid, created_at timestamptz, size_bytes int)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_msp uuid := app.msp_id();
begin
  return query
    select n.notification_id, n.created_at, pg_column_size(n.content) + coalesce(octet_length(n.server_answer), 0)
    from app.notification n
    where n.msp_id = v_msp and n.created_at < p_before and n.state <> 'waiting'
      and (n.content ?| array['causes', 'byName'] or n.server_answer is not null)
      and not exists (select from app.notification_told t
        join app.legal_hold h on h.msp_id = v_msp and h.client_id = t.client_id and h.withdrawn_at is null
        where t.msp_id = v_msp and t.notification_id = n.notification_id)
    order by n.created_at, n.notification_id;
end $$;
create index notification_told_by_notification on app.notification_told (msp_id, notification_id);

/* Mails of the context's MSP that are over, from before p_before; what says that a report or a document went out stays. */
create function app.removable_mails(p_before timestamptz)
returns table (mail_id uuid, created_at timestamptz, size_bytes int)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_msp uuid := app.msp_id();
begin
  return query
    select o.mail_id, o.created_at, pg_column_size(o)
    from app.mail_outbox o
    where o.msp_id = v_msp and o.created_at < p_before and o.state <> 'waiting'
      -- that the mail server takes mail is known by the newest
      and o.mail_id is distinct from (select w.mail_id from app.mail_outbox w
        where w.msp_id = v_msp and w.state = 'sent' and w.sent_via = 'smtp' order by w.created_at desc, w.mail_id desc limit 1)
      and not exists (select from app.monthly_report m where m.msp_id = v_msp and m.mail_id = o.mail_id)
      and not exists (select from identity.document_link l where l.msp_id = v_msp and l.mail_id = o.mail_id)
    order by o.created_at, o.mail_id;
end $$;

/*
 * Sign-ins to the context's MSP from before p_before: sessions that are over, but each person's newest; and refusals of people who are of
 * this MSP alone.
 */
create function app.removable_sign_ins(p_before timestamptz)
returns table (sign_in_id uuid, at timestamptz, size_bytes int)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_msp uuid := app.msp_id();
begin
  return query
    select s.session_id, s.created_at, pg_column_size(s)
    from identity.user_session s
    where s.msp_id = v_msp and s.created_at < p_before and (s.revoked_at is not null or s.expires_at < now())
      and exists (select from identity.user_session w
        where w.person_id = s.person_id and w.msp_id = v_msp and w.created_at > s.created_at)
    union all
    select r.refusal_id, r.at, pg_column_size(r)
    from identity.sign_in_refusal r
    where r.at < p_before
      and exists (select from identity.membership m where m.person_id = r.person_id and m.msp_id = v_msp)
      and not exists (select from identity.membership m where m.person_id = r.person_id and m.msp_id <> v_msp);
end $$;

/*
 * How much of a kind the context's MSP has, by month (UTC, 'YYYY-MM'), for an owner: rows and bytes, and how many of them go once the
 * month is old enough.
 */
create function app.kept_by_month(p_kind text)
returns table (month text, row_count bigint, byte_count bigint, removable_rows bigint, removable_bytes bigint, oldest_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'owner' then
    raise exception 'no sealed context of an owner' using errcode = '42501';
  end if;
  return query
    with kept as (
      select r.raw_report_id as id, r.received_at as at, octet_length(r.body) as size
        from app.raw_report r join app.inbox i on i.msp_id = v_msp and i.raw_report_id = r.raw_report_id
        where p_kind in ('reports', 'aside') and r.msp_id = v_msp and r.body_deleted_at is null
          and (i.state = 'quarantined') = (p_kind = 'aside')
      union all select n.notification_id, n.created_at, pg_column_size(n.content) + coalesce(octet_length(n.server_answer), 0)
        from app.notification n where p_kind = 'notifications' and n.msp_id = v_msp
          and (n.content ?| array['causes', 'byName'] or n.server_answer is not null)
      union all select o.mail_id, o.created_at, pg_column_size(o)
        from app.mail_outbox o where p_kind = 'mails' and o.msp_id = v_msp
      union all select s.session_id, s.created_at, pg_column_size(s)
        from identity.user_session s where p_kind = 'sign-ins' and s.msp_id = v_msp
      union all select r.refusal_id, r.at, pg_column_size(r)
        from identity.sign_in_refusal r where p_kind = 'sign-ins'
          and exists (select from identity.membership m where m.person_id = r.person_id and m.msp_id = v_msp)
    ), removable as (
      select g.raw_report_id as id
        from app.removable_reports(case p_kind when 'reports' then 'processed' when 'aside' then 'quarantined' end, 'infinity', null) g
      union all select g.notification_id from app.removable_notifications('infinity') g where p_kind = 'notifications'
      union all select g.mail_id from app.removable_mails('infinity') g where p_kind = 'mails'
      union all select g.sign_in_id from app.removable_sign_ins('infinity') g where p_kind = 'sign-ins'
    )
    select to_char(k.at at time zone 'UTC', 'YYYY-MM'), count(*), coalesce(sum(k.size), 0)::bigint,
      count(g.id), coalesce(sum(k.size) filter (where g.id is not null), 0)::bigint, min(k.at)
    from kept k left join removable g on g.id = k.id
    group by 1 order by 1;
end $$;

/*
 * Removes at most p_limit of a kind that are older than the context's MSP keeps them, oldest first, for the worker; answers how many rows and
 * bytes went. Which, the functions above say. Row security binds this function as it binds everybody. Of reports the bytes go, of
 * notifications what they said; of mails and sign-ins the rows.
 */
create function app.delete_old(p_kind text, p_limit int) returns table (row_count int, byte_count bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_months int := app.keep_months(p_kind);
  v_before timestamptz := app.kept_from(v_months);
  v_state text := case p_kind when 'reports' then 'processed' when 'aside' then 'quarantined' end;
  v_ids uuid[];
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  if v_state is not null then
    -- Somebody may have it read again at this moment: then it is needed.
    select coalesce(array_agg(x.raw_report_id), '{}') into v_ids from (
      select i.raw_report_id from app.inbox i
      where i.msp_id = v_msp and i.state = v_state
        and i.raw_report_id in (select g.raw_report_id from app.removable_reports(v_state, v_before, p_limit) g)
      for update skip locked) x;
    return query
      with gone as (
        select r.raw_report_id, octet_length(r.body) as size from app.raw_report r
        where r.msp_id = v_msp and r.raw_report_id = any (v_ids)
      ), done as (
        update app.raw_report r set body = '', body_deleted_at = now(), body_bytes = g.size, body_kept_months = v_months,
          -- who handed a mail in, by address
          envelope = case when jsonb_typeof(r.envelope -> 'mail') = 'object'
            then r.envelope || jsonb_build_object('mail', (r.envelope -> 'mail') || '{"from": null, "remoteAddress": null}')
            else r.envelope end
        from gone g where r.msp_id = v_msp and r.raw_report_id = g.raw_report_id and r.body_deleted_at is null
        returning g.size
      ) select count(*)::int, coalesce(sum(d.size), 0)::bigint from done d;
  elsif p_kind = 'notifications' then
    return query
      with done as (
        update app.notification n set content = n.content - 'causes' - 'byName', server_answer = null
        from (select * from app.removable_notifications(v_before) limit p_limit) g
        where n.msp_id = v_msp and n.notification_id = g.notification_id returning g.size_bytes
      ) select count(*)::int, coalesce(sum(d.size_bytes), 0)::bigint from done d;
  elsif p_kind = 'mails' then
    return query
      with done as (
        delete from app.mail_outbox o using (select * from app.removable_mails(v_before) limit p_limit) g
        where o.msp_id = v_msp and o.mail_id = g.mail_id returning g.size_bytes
      ) select count(*)::int, coalesce(sum(d.size_bytes), 0)::bigint from done d;
  elsif p_kind = 'sign-ins' then
    return query
      with old as (select * from app.removable_sign_ins(v_before) limit p_limit),
      sessions as (delete from identity.user_session s using old g where s.msp_id = v_msp and s.session_id = g.sign_in_id returning g.size_bytes),
      refusals as (delete from identity.sign_in_refusal r using old g where r.refusal_id = g.sign_in_id returning g.size_bytes),
      done as (select * from sessions union all select * from refusals)
      select count(*)::int, coalesce(sum(d.size_bytes), 0)::bigint from done d;
  else
    raise exception 'no such kind' using errcode = '22023';
  end if;
end $$;

/* Notes on the reports of runs that auditors drew that evidence cites them, for the worker: the runs themselves are gone one day. */
create function app.cite_drawn_runs() returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_count int;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  update app.raw_report r set cited_at = now()
    where r.msp_id = v_msp and r.cited_at is null and r.raw_report_id in (
      select u.raw_report_id
      from app.evidence_sample s cross join unnest(s.drawn_keys) k (run_id)
      join app.run_identity i on i.msp_id = v_msp and i.run_id = k.run_id::uuid
      join app.run u on u.msp_id = v_msp and u.occurred_at = i.occurred_at and u.run_id = i.run_id
      where s.msp_id = v_msp and s.population = 'runs');
  get diagnostics v_count = row_count;
  return v_count;
end $$;

/* Whether a month of runs may go: it is before the fourteen that are kept, of every MSP. */
create function app.is_old_run_month(p_month date) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_month = date_trunc('month', p_month)::date
    and p_month < (date_trunc('month', now() at time zone 'UTC') - interval '14 months')::date
$$;

/*
 * Removes at most p_limit names of runs of such a month, of the context's MSP, for the worker; answers how many. A name that stayed would
 * send the next run of that name into a month that is gone.
 */
create function app.forget_run_names(p_month date, p_limit int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_count int;
begin
  if v_msp is null or not app.client_ok(null) or app.context_part(4) is distinct from 'worker' then
    raise exception 'no sealed context of the worker' using errcode = '42501';
  end if;
  if app.is_old_run_month(p_month) is not true then raise exception 'these runs are too young' using errcode = '22023'; end if;
  delete from app.run_identity i using (
      select n.job_id, n.run_key from app.run_identity n
      where n.msp_id = v_msp and n.occurred_at >= p_month::timestamp at time zone 'UTC'
        and n.occurred_at < (p_month + interval '1 month') at time zone 'UTC' limit p_limit) g
    where i.msp_id = v_msp and i.job_id = g.job_id and i.run_key = g.run_key;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

revoke all on function app.keep_months(text), app.kept_from(int), app.removable_reports(text, timestamptz, int),
  app.removable_notifications(timestamptz), app.removable_mails(timestamptz), app.removable_sign_ins(timestamptz),
  app.kept_by_month(text), app.delete_old(text, int), app.cite_drawn_runs(), app.is_old_run_month(date),
  app.forget_run_names(date, int) from public;
grant execute on function app.kept_by_month(text) to holdfast_web;
grant execute on function app.delete_old(text, int), app.cite_drawn_runs(), app.forget_run_names(date, int)
  to holdfast_worker;

-- By which frameworks an MSP works, in its order: offered first wherever one is chosen.
create table app.chosen_frameworks (
  msp_id uuid not null references app.msp,
  frameworks text[] not null default '{}' check (cardinality(frameworks) <= 30),
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (msp_id)
);
alter table app.chosen_frameworks enable row level security;
alter table app.chosen_frameworks force row level security;
create policy tenant on app.chosen_frameworks using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update on app.chosen_frameworks to holdfast_web;
grant select on app.chosen_frameworks to holdfast_worker;
reset role;
