import { render } from "preact";
import { App } from "./app";
import "./style/base.css";
import "./style/layout.css";
import "./style/controls.css";
import "./style/parts.css";
import "./style/charts.css";
import "./style/boards.css";
import "./style/query.css";
import "./style/trace.css";
import "./style/alerts.css";

render(<App />, document.getElementById("app")!);
