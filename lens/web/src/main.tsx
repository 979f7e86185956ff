import { render } from "preact";
import { App } from "./app";
import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/slo.css";
import "./style/explore.css";

render(<App />, document.getElementById("app")!);
