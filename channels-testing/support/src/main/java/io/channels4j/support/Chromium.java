package io.channels4j.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Starts the Chromium installed on this machine, without a window. */
public final class Chromium {

    private static final Optional<File> BROWSER = find("chromium", "chromium-browser", "google-chrome");
    private static final Optional<File> DRIVER = find("chromedriver");

    private Chromium() {}

    /** Returns true if a browser and its driver are on the PATH. Tests that need them are skipped otherwise. */
    public static boolean isInstalled() {
        return BROWSER.isPresent() && DRIVER.isPresent();
    }

    /** Starts a browser with additional command-line switches and a temporary profile. */
    public static ChromeDriver start(String... switches) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--lang=en-GB",
                "--window-size=1280,800");
        options.addArguments(switches);
        ChromeDriverService service = ChromeDriverService.createDefaultService();
        service.setExecutable(DRIVER.orElseThrow().toString());
        return new ChromeDriver(service, options);
    }

    private static Optional<File> find(String... names) {
        String[] directories = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
        return Arrays.stream(names)
                .flatMap(name -> Stream.of(directories).map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toFile);
    }
}
