import { LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { pageLang, say } from './words'

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

/** The JSON in the page; the table beside it says the same to a screen reader. */
export interface ChartData {
  readonly labels: readonly string[]
  readonly values: readonly (number | null)[]
  readonly unit: string
  readonly target?: number
  /** Whether being above the target is good (share done) or bad (hours taken). */
  readonly better?: 'higher' | 'lower'
  /** Where the axis begins when nothing near zero can be: a body temperature. */
  readonly least?: number
}

function colour(name: string): string {
  // ECharts cannot read light-dark() or oklch(); a canvas turns any colour into one it can.
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const computed = getComputedStyle(probe).color
  probe.remove()
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return computed
  context.fillStyle = computed
  context.fillRect(0, 0, 1, 1)
  const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data
  return `rgba(${r},${g},${b},${(a ?? 255) / 255})`
}

const axisText = (): object => ({ color: colour('--fx-muted'), fontSize: 11, fontFamily: 'inherit' })

function line(data: ChartData): object {
  const target = data.target === undefined ? {} : { markLine: targetLine(data) }
  const last = data.values.length - 1
  return {
    ...{ type: 'line', data: data.values, lineStyle: { width: 2 }, connectNulls: false, symbol: 'circle' },
    symbolSize: (_value: unknown, point: { dataIndex: number }) => (point.dataIndex === last ? 7 : 0),
    itemStyle: { color: colour('--fx-accent') },
    ...target,
  }
}

function targetLine(data: ChartData): object {
  return {
    ...{ symbol: 'none', silent: true, data: [{ yAxis: data.target }] },
    lineStyle: { color: colour('--fx-muted'), type: 'dashed', width: 1 },
    label: { formatter: `${say('target')} ${data.target}${data.unit}`, position: 'insideEndTop', ...axisText() },
  }
}

/** From zero to a little above what is shown, so that the target line is always in the picture. */
function top(data: ChartData): number {
  const highest = Math.max(data.target ?? 0, ...data.values.map((value) => value ?? 0))
  if (data.least !== undefined) return Math.ceil(highest) + 1
  return data.unit === '%' ? 100 : Math.ceil(highest * 1.15)
}

/** Degrees one by one: what is left over between even steps and the ends would be drawn nearer together. */
const steps = (data: ChartData): object => (data.least === undefined ? { splitNumber: 2 } : { interval: 1 })

export function option(data: ChartData): EChartsCoreOption {
  const quiet = { axisTick: { show: false }, axisLabel: axisText() }
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 4, right: 10, top: 10, bottom: 0, containLabel: true },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value: unknown) => (value == null ? '–' : `${String(value)}${data.unit}`) },
    xAxis: { type: 'category', data: data.labels, boundaryGap: false, ...quiet, axisLine: { lineStyle: { color: colour('--fx-line') } } },
    yAxis: { type: 'value', min: data.least ?? 0, max: top(data), ...steps(data), ...quiet, splitLine: { lineStyle: { color: colour('--fx-line') } } },
    series: [line(data)],
  }
}

/** `<div data-chart="id of a json_script">`. */
export function draw(place: HTMLElement): void {
  const source = document.getElementById(place.dataset['chart'] ?? '')?.textContent
  if (!source || place.dataset['drawn'] !== undefined) return
  place.dataset['drawn'] = ''
  const data = JSON.parse(source) as ChartData
  const chart = init(place, null, { renderer: 'svg', locale: pageLang() === 'zh' ? 'ZH' : 'EN' })
  const paint = (): void => chart.setOption(option(data), true)
  paint()
  document.addEventListener('fx:theme', paint)
  new ResizeObserver(() => chart.resize()).observe(place)
}
