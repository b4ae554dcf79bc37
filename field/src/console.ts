import './styles/tabler.scss'
import './styles/fangxian.css'
import { watchAlerts } from './alerts'
import { watchBehaviours } from './behaviours'
import { watchConfirms } from './confirm'
import { each } from './dom'
import { watchExplanations } from './explain'
import { watchKept } from './kept'
import { watchKeyboard } from './keyboard'
import { startHtmx } from './page'
import { watchPasskeys } from './passkeys'
import { startQueue } from './queue'
import { watchReadings } from './reading'
import { watchRows } from './rows'
import { watchTheme } from './theme'
import { watchTimes } from './times'

watchConfirms()
startHtmx()
watchTimes()
watchTheme()
watchKeyboard()
watchKept()
watchReadings()
watchPasskeys()
void startQueue()
watchBehaviours()
watchRows()
watchExplanations()
watchAlerts()
each('[data-chart]', (place) => void import('./charts').then(({ draw }) => draw(place)))

const worker = document.documentElement.dataset['worker']
if (worker && 'serviceWorker' in navigator) void navigator.serviceWorker.register(worker, { scope: '/' })
