// A screen that fails takes only itself down. After an upgrade of the server the files of the old page are gone;
// loading the page anew gets the new ones.
import { Component, type ReactNode } from 'react'
import { ErrorState } from '../shared/states.tsx'

export class ScreenBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (!this.state.error) return this.props.children
    return <ErrorState error={this.state.error} onRetry={() => location.reload()} />
  }
}
