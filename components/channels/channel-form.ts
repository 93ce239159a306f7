import { NO_FILTERS, type BodyFilters } from '@/domain/ping/check';
import { fieldText } from '../forms/declaration-form';

/**
 * The fields of a channel as the routes take them; `isPing`: those of its check, too.
 * @param said the words of its check, which stay where bodies are not looked at
 */
export function channelIn(
  form: FormData,
  isPing: boolean,
  said: BodyFilters = NO_FILTERS,
): Readonly<Record<string, unknown>> {
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
        ...(form.has('words') && listeningIn(form, said)),
      },
    }),
  };
}

function listeningIn(form: FormData, said: BodyFilters): Readonly<Record<string, unknown>> {
  const isOn = fieldText(form, 'words') === 'on';
  const words = (name: string): string[] =>
    fieldText(form, name)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  return {
    isPostOnly: form.has('isPostOnly'),
    isResumedByHand: form.has('isResumedByHand'),
    filters: isOn
      ? {
          isOn,
          start: words('startWords'),
          success: words('successWords'),
          failure: words('failureWords'),
          otherwise: fieldText(form, 'otherwise'),
        }
      : { ...said, isOn },
  };
}
