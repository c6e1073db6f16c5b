// The rule which turns a count into an alert, or says why it does not.

export type Decision = { alert: true } | { alert: false; reason: 'nothing matched' | 'alerting is off' }

export function decide(view: { alerting_enabled: boolean }, count: number): Decision {
  if (count === 0) return { alert: false, reason: 'nothing matched' }
  if (!view.alerting_enabled) return { alert: false, reason: 'alerting is off' }
  return { alert: true }
}
