import { fieldText } from '../forms/declaration-form';

/** The fields of a channel as the routes take them; `isPing`: those of its check, too. */
export function channelIn(form: FormData, isPing: boolean): Readonly<Record<string, unknown>> {
  const text = (name: string): string => fieldText(form, name);
  const chosen = (name: string): string | null => (text(name) === '' ? null : text(name));
  return {
    name: text('name'),
    hostname: text('hostname'),
    repositoryId: chosen('repositoryId'),
    ...(form.has('jobId') && { jobId: chosen('jobId') }),
    ...(isPing && {
      check: {
        timeoutSeconds: Number(text('timeoutSeconds')),
        graceSeconds: Number(text('graceSeconds')),
        schedule: chosen('schedule'),
        timeZone: text('timeZone'),
        ...(form.has('slug') && { slug: text('slug') }),
      },
    }),
  };
}
